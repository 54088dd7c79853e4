import { keyIdFromText } from '@custody/core/identity'
import * as E from 'fp-ts/Either'

import { clearKey } from './adapter'

const keyId = keyIdFromText('30313233343536373839303132333435')

describe('Clear Key', () => {
  const signalling = E.isRight(keyId) ? clearKey.signal({ keyId: keyId.right, scheme: 'cenc' }) : undefined

  it('writes the common pssh of the EME registry: version 1, the key ID in text order, no data', () => {
    // The published two-key example cut to its first key: 52 bytes, one key ID.
    expect(signalling?.pssh.map((box) => Buffer.from(box).toString('hex'))).toEqual([
      '00000034' + '70737368' + '01000000' + '1077efecc0b24d02ace33c1e52e2fb4b' + '00000001' +
        '30313233343536373839303132333435' + '00000000',
    ])
  })

  it('puts the same box in the DASH descriptors of the common system and of Clear Key', () => {
    const box = Buffer.from(signalling?.pssh[0] ?? []).toString('base64')
    expect(signalling?.dash).toEqual([
      { schemeIdUri: 'urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b', value: 'cenc', xml: [{ name: 'cenc:pssh', children: [box] }] },
      {
        schemeIdUri: 'urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e',
        value: 'ClearKey1.0',
        xml: [{ name: 'cenc:pssh', children: [box] }],
      },
    ])
  })

  it('asks an HLS player for sample encryption in counter mode', () => {
    expect(signalling?.hls[0]?.attributes).toContainEqual({ name: 'METHOD', value: 'SAMPLE-AES-CTR', quoted: false })
    expect(signalling?.hls[0]?.attributes).toContainEqual({ name: 'KEYFORMAT', value: 'org.w3.clearkey', quoted: true })
  })

  it('EX-23: goes by the id under which it is registered', () => {
    expect(clearKey.describe.systemId).toBe('e2719d58-a985-b3c9-781a-b030af78d30e')
  })
})
