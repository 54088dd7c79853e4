import fc from 'fast-check'

import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import { evolve, initial, NEEDS_INDIVIDUALIZATION, type RestoreTally } from './restore-tally'

type RestoreEvent = Parameters<typeof evolve>[1]

const LIDS = ['1', '2', '3', '4'].map((n) => `01890a5d-ac96-774b-bcce-b302099a800${n}` as LicenseId)
const issuer = 'A'.repeat(43) as IssuerId
const keyId = 'ab'.repeat(16) as KeyId
const event = (type: string, data: object): RestoreEvent => ({ type, data: { run: 'r', ...data } }) as unknown as RestoreEvent
const restored = (lid: LicenseId) => event('LicenseRestored', { issuer, lid, keyId, computers: 1, counts: false, statement: 's' })
const held = (lid: LicenseId) => event('LicenseAlreadyHeld', { issuer, lid, keyId, computers: 1, statement: 's' })
const refused = (lid: LicenseId, reason: string, url: string | null = null) =>
  event('LicenseRestoreRefused', { issuer, lid, keyId, reason, rule: 'BR-30', url })
const skipped = (segment: string, ...lines: number[]) => event('RestorePartSkipped', { segment, lines })
const progress = (idem: string) => event('RestoreProgress', { segment: idem, idem, done: 1, licenses: 4 })
const after = (...events: ReadonlyArray<RestoreEvent>): RestoreTally => events.reduce(evolve, initial)
const [a, b, c] = LIDS as [LicenseId, LicenseId, LicenseId]

describe('the tally of a restore', () => {
  it('counts each license once', () => {
    const tally = after(restored(a), held(b), refused(c, 'RestoreLimitReached', 'https://limit.example/'))
    expect(tally).toMatchObject({ restored: 1, held: 1, refused: 1, atLimit: 1, url: 'https://limit.example/' })
  })

  it('BR-36: what waited for an individualization and came is not refused', () => {
    const waiting = after(refused(a, NEEDS_INDIVIDUALIZATION), refused(b, NEEDS_INDIVIDUALIZATION))
    expect(waiting).toMatchObject({ refused: 2, restored: 0 })
    expect(waiting.pending.size).toBe(2)
    expect([restored(a), refused(b, NEEDS_INDIVIDUALIZATION)].reduce(evolve, waiting)).toMatchObject({ refused: 1, restored: 1 })
    expect([held(a), refused(b, 'KeyMismatch')].reduce(evolve, waiting)).toMatchObject({ refused: 1, held: 1, pending: new Set() })
  })

  it('BR-39: damaged lines count as refused, once however often they are told', () => {
    expect(after(skipped('one', 3, 4), skipped('two', 9), skipped('one', 3, 4))).toMatchObject({ refused: 3 })
  })

  it('knows which batches are done, and when the restore is over', () => {
    const tally = after(event('RestoreDisconnecting', { session: 's' }), event('RestoreBegun', { licenses: 4 }), progress('r/1'))
    expect(tally).toMatchObject({ sessions: 1, begun: true, ended: false, done: new Set(['r/1']) })
    for (const end of ['RestoreEnded', 'RestoreEndedPartially', 'RestoreFailed', 'RestoreCancelled', 'RestoreDeclined']) {
      expect(after(event(end, {})).ended).toBe(true)
    }
  })

  it('adds up to the licenses that were told, whatever their fates', () => {
    const refusedFor = (reason: string) => (lid: LicenseId) => refused(lid, reason)
    const fate = fc.constantFrom(restored, held, refusedFor('KeyMismatch'), refusedFor(NEEDS_INDIVIDUALIZATION))
    const coming = fc.array(fc.constantFrom(restored, held), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(fc.tuple(fate, fate, fate, fate), coming, (first, second) => {
        const once = after(...LIDS.map((lid, index) => first[index]?.(lid) ?? restored(lid)))
        expect(once.restored + once.held + once.refused).toBe(LIDS.length)
        const again = LIDS.filter((lid) => once.pending.has(`${issuer}/${lid}`)).map((lid, index) => (second[index] ?? held)(lid))
        const twice = again.reduce(evolve, once)
        expect(twice.restored + twice.held + twice.refused).toBe(LIDS.length)
        expect(twice.pending.size).toBe(0)
      })
    )
  })
})
