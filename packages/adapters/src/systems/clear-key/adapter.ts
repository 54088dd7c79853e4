import { SystemId } from '@custody/core/identity'
import { buildPssh } from '@custody/pipeline/isobmff'
import type { DashProtection } from '@custody/pipeline/manifest'

import type { Adapter } from '../../contract/adapter'

/** The common `pssh` system, whose boxes Clear Key takes. @source W3C, "cenc" Initialization Data Format, section 4 */
const COMMON_SYSTEM = '1077efec-c0b2-4d02-ace3-3c1e52e2fb4b'

/** DASH-IF Clear Key: the id of the manifest descriptor, and the one that inclusion lists name. */
const CLEAR_KEY_SYSTEM = 'e2719d58-a985-b3c9-781a-b030af78d30e'

const systemId = (text: string): SystemId => {
  if (!SystemId.is(text)) throw new TypeError(`not a system id: ${text}`)
  return text
}

/**
 * W3C Clear Key: keys are handed to the player in the open, by whoever holds them. The embedded default.
 *
 * @source W3C, Encrypted Media Extensions, section 9.1
 */
export const clearKey: Adapter = {
  describe: {
    name: 'clear-key',
    title: 'W3C Clear Key',
    systemId: systemId(CLEAR_KEY_SYSTEM),
    capabilities: {
      directions: ['export'],
      schemes: ['cenc', 'cbcs'],
      containers: ['cmaf'],
      signalling: ['pssh', 'dash', 'hls'],
      keyDelivery: ['generated'],
    },
  },
  signal: ({ keyId, scheme }) => {
    const pssh = buildPssh({ systemId: COMMON_SYSTEM.replaceAll('-', ''), keyIds: [keyId], data: new Uint8Array() })
    const box = Buffer.from(pssh).toString('base64')
    const descriptor = (id: string, value: string): DashProtection => ({
      schemeIdUri: `urn:uuid:${id}`,
      value,
      xml: [{ name: 'cenc:pssh', children: [box] }],
    })
    return {
      pssh: [pssh],
      dash: [descriptor(COMMON_SYSTEM, 'cenc'), descriptor(CLEAR_KEY_SYSTEM, 'ClearKey1.0')],
      hls: [
        {
          attributes: [
            { name: 'METHOD', value: scheme === 'cenc' ? 'SAMPLE-AES-CTR' : 'SAMPLE-AES', quoted: false },
            { name: 'URI', value: `data:text/plain;base64,${box}`, quoted: true },
            { name: 'KEYFORMAT', value: 'org.w3.clearkey', quoted: true },
            { name: 'KEYFORMATVERSIONS', value: '1', quoted: true },
          ],
        },
      ],
    }
  },
}
