import * as E from 'fp-ts/Either'

import { decodeEvent } from '../event/decode-event'
import type { StoredEvent } from '../event/stored-event'
import { LICENSE_EVENTS, LicenseStored } from './license-event'
import { testIssuer } from './testing/test-issuer'

/** A license that was stored by a program of version 0.1.0: the data as the log has it. */
const OLD =
  '{"issuer":"PsTgJfhLFZBpZV7g2gqTSBm4cI6yCrPCtUHKZ4RlLKo","lid":"019cf1b0-5c00-7a3b-8d00-0123456789ab","keyId":"0102030405060708090a0b0c0d0e0f10","document":"DOCUMENT","docDigest":"digest","priority":3}'

const stored = (schemaVersion: number, text: string): StoredEvent =>
  ({ type: 'LicenseStored', schemaVersion, data: JSON.parse(text), position: 5 }) as StoredEvent
const decode = decodeEvent(LICENSE_EVENTS)

describe('LicenseStored of version 1', () => {
  it('gets its facts from the document that it carries', () => {
    const members = {
      persist: 'savable',
      clockSetBack: 'disable',
      rights: [{ action: 'Play', windows: [{ until: '2030-01-01T00:00:00Z' }] }],
      revocable: { key: 'A'.repeat(43), uid: 'ann' },
    }
    const { document } = testIssuer().license({ members })
    const event = decode(stored(1, OLD.replace('DOCUMENT', document)))
    expect(event).toMatchObject({
      right: {
        schemaVersion: 2,
        data: {
          priority: 3,
          document,
          facts: {
            persist: 'savable',
            clockSetBack: 'disable',
            ends: true,
            uplink: null,
            revocable: { key: 'A'.repeat(43), uid: 'ann' },
          },
        },
      },
    })
  })

  it('that a leaf or an unlimited license is', () => {
    const issuer = testIssuer()
    const root = issuer.license()
    const facts = (document: string) => {
      const event = decode(stored(1, OLD.replace('DOCUMENT', document)))
      return E.isRight(event) && event.right.type === 'LicenseStored' ? event.right.data.facts : event
    }
    const none = { persist: 'permanent', clockSetBack: 'none', ends: false, uplink: null, revocable: null }
    expect(facts(root.document)).toEqual(none)
    expect(facts(issuer.license({ root }).document)).toEqual({ ...none, uplink: root.keyId })
    // LI-21: effective only with an expiry.
    expect(facts(issuer.license({ members: { clockSetBack: 'delete' } }).document)).toEqual(none)
  })

  it('is unreadable, by its place, when its document is none', () => {
    for (const text of [OLD, '{}']) expect(decode(stored(1, text))).toMatchObject({ left: { type: 'EventUnreadable', position: 5 } })
    expect(decode(stored(LicenseStored.schemaVersion + 1, OLD))).toMatchObject({ left: { type: 'EventUnreadable' } })
  })
})
