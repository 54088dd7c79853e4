import * as E from 'fp-ts/Either'

import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { AcceptedLicense } from '../license/accepted-license'
import { usageKey } from '../license/usage'
import type { NewEvent } from '../store/event-store'
import { canPersist, decide, evolve, initial, isTemporary, type Holding, type HoldingCommand } from './holding-decider'
import type { LicenseEvent } from './license-decider'

const name = { issuer: 'A'.repeat(43) as IssuerId, lid: '018f4b3e-0000-7000-8000-000000000001' as LicenseId }
const keyId = 'ab'.repeat(16) as KeyId
const EXPIRING = [{ action: 'Play', windows: [{ until: '2030-01-01T00:00:00Z' }] }]

/** A document as far as the decider looks at it. */
const license = (members: object = {}, docDigest = 'first'): AcceptedLicense =>
  ({
    ...name,
    keyId,
    jws: `jws of ${docDigest}`,
    docDigest,
    document: { persist: 'permanent', rights: EXPIRING, ...members },
  }) as unknown as AcceptedLicense

let time = 0
const recorded = (event: NewEvent): LicenseEvent => ({ ...event, time: (time += 1) }) as unknown as LicenseEvent
const use = (type: string, members: object = {}): NewEvent => ({
  type,
  schemaVersion: 1,
  data: { ...name, keyId, useId: 'use', action: 'Play', window: 0, expires: 9, keyIds: [keyId], ...members },
})

const add = (members?: object, digest?: string): HoldingCommand => ({ type: 'StoreLicense', license: license(members, digest) })
const remove = (own = false, force = false): HoldingCommand => ({ type: 'DeleteLicense', own, force })
const mark = (own = false): HoldingCommand => ({ type: 'MarkLicense', own, force: false })
const revoke: HoldingCommand = { type: 'RevokeLicense', message: 'digest' }
const persist: HoldingCommand = { type: 'PersistLicense' }
const setBack: HoldingCommand = { type: 'SetClockBack' }
const temporary = { persist: 'temporary' }

/** What one command leads to: types of events with the reason, or the fault. */
const outcome = (holding: Holding, command: HoldingCommand): unknown => {
  const decision = decide(holding, name, command)
  if (E.isLeft(decision)) return decision.left.type
  return decision.right.map(({ type, data }) => [type, ...('why' in (data as object) ? [(data as { why: string }).why] : [])].join(' '))
}
/** The holding after commands that are all allowed, and events of uses. */
const given = (...history: ReadonlyArray<HoldingCommand | NewEvent>): Holding =>
  history.reduce((holding: Holding, step) => {
    if ('schemaVersion' in step) return evolve(holding, recorded(step))
    const decision = decide(holding, name, step)
    if (E.isLeft(decision)) throw new Error(decision.left.type)
    return decision.right.map(recorded).reduce(evolve, holding)
  }, initial)

describe('storing a license', () => {
  it('adds one, answers a repeat without a new event, and refuses another document of the same name', () => {
    expect(outcome(initial, add())).toEqual(['LicenseStored'])
    expect(outcome(given(add()), add())).toEqual([])
    expect(outcome(given(add()), add({}, 'second'))).toBe('LicenseExists')
  })

  it('R12: a deleted license that is stored again has the counts that it had', () => {
    time = 0
    const again = given(add(), use('UseReserved'), use('KeyReleased'), remove(true), add())
    expect(again.state).toMatchObject({ standing: 'held', storedAt: 1, firstUsedAt: 3 })
    expect(again.state.usage.get(usageKey('Play', 0))).toBe(1)
  })

  it('LI-50: a revoked license does not come in again, held or deleted before', () => {
    for (const history of [[add(), revoke], [add(), remove(true), revoke]]) {
      const revoked = given(...history)
      expect(revoked.state.standing).toBe('revoked')
      for (const command of [add(), add({}, 'second')]) expect(outcome(revoked, command)).toBe('LicenseRevoked')
      expect(outcome(revoked, revoke)).toEqual([])
    }
  })

  it('LI-45, decision: a marked license that is stored again is no longer marked', () => {
    expect(given(add(temporary), mark(), add(temporary)).state.standing).toBe('held')
  })
})

describe('deleting a license', () => {
  it('LI-44: the temporary store is open, a permanent license goes by its owner’s message or by force', () => {
    expect(outcome(given(add(temporary)), remove())).toEqual(['LicenseDeleted owner'])
    expect(outcome(given(add()), remove())).toBe('LicensePermanent')
    expect(outcome(given(add()), mark())).toBe('LicensePermanent')
    expect(outcome(given(add()), remove(true))).toEqual(['LicenseDeleted owner'])
    expect(outcome(given(add()), remove(false, true))).toEqual(['LicenseDeleted forced'])
    expect(outcome(given(add({ persist: 'savable' }), persist), remove())).toBe('LicensePermanent')
  })

  it('LI-45: a marked license is there until it is cleaned away', () => {
    const marked = given(add(temporary), mark())
    expect(marked.state.standing).toBe('marked')
    expect(outcome(marked, mark())).toEqual([])
    expect(outcome(marked, { type: 'RemoveLicense', why: 'marked' })).toEqual(['LicenseDeleted marked'])
  })

  it('LI-46: what is not there is unknown', () => {
    for (const holding of [initial, given(add(), remove(true)), given(add(), revoke)]) {
      for (const command of [remove(true, true), mark(true), persist, setBack]) {
        expect(outcome(holding, command)).toBe('LicenseUnknown')
      }
    }
    expect(outcome(initial, revoke)).toBe('LicenseUnknown')
  })
})

describe('the temporary store', () => {
  it('LI-43: makes a savable license permanent, and no other', () => {
    const savable = given(add({ persist: 'savable' }))
    expect([isTemporary(savable), canPersist(savable)]).toEqual([true, true])
    expect(outcome(savable, persist)).toEqual(['LicensePersisted'])
    const permanent = given(add({ persist: 'savable' }), persist)
    expect([isTemporary(permanent), canPersist(permanent)]).toEqual([false, false])
    for (const other of [permanent, given(add()), given(add(temporary))]) {
      expect(canPersist(other)).toBe(false)
      expect(outcome(other, persist)).toBe('LicenseNotSavable')
    }
  })

  it('LI-43: a savable license that was deleted comes back as a temporary one', () => {
    const again = given(add({ persist: 'savable' }), persist, remove(true), add({ persist: 'savable' }))
    expect(isTemporary(again)).toBe(true)
  })
})

describe('LI-21: a clock that is set back', () => {
  const disabling = { clockSetBack: 'disable' }
  const deleting = { clockSetBack: 'delete' }

  it('does nothing by default, and nothing without an expiry', () => {
    expect(outcome(given(add()), setBack)).toEqual([])
    const lasting = { rights: [{ action: 'Play', windows: [{ count: 3 }] }] }
    for (const answer of [disabling, deleting]) expect(outcome(given(add({ ...answer, ...lasting })), setBack)).toEqual([])
  })

  it('disables or deletes a license that says so, once', () => {
    expect(outcome(given(add(disabling)), setBack)).toEqual(['LicenseDisabled'])
    expect(outcome(given(add(disabling), setBack), setBack)).toEqual([])
    expect(outcome(given(add(deleting)), setBack)).toEqual(['LicenseDeleted clock'])
  })

  it('also where hours end the license', () => {
    const hours = { ...disabling, rights: [{ action: 'Play' }] }
    expect(outcome(given(add({ ...hours, afterFirstUseHours: 1 })), setBack)).toEqual(['LicenseDisabled'])
    expect(outcome(given(add({ ...hours, afterStoreHours: 1 })), setBack)).toEqual(['LicenseDisabled'])
    expect(outcome(given(add(hours)), setBack)).toEqual([])
  })

  it('decision: what ended so comes back by a new document alone', () => {
    const disabled = given(add(disabling), setBack)
    expect(outcome(disabled, add(disabling))).toEqual([])
    expect(outcome(disabled, add(disabling, 'second'))).toEqual(['LicenseStored'])
    expect(given(add(disabling), setBack, add(disabling, 'second')).state.standing).toBe('held')
    expect(outcome(given(add(disabling), setBack, remove(true)), add(disabling))).toBe('LicenseRevoked')
    const deleted = given(add(deleting), setBack)
    expect(outcome(deleted, add(deleting))).toBe('LicenseRevoked')
    expect(outcome(deleted, add(deleting, 'second'))).toEqual(['LicenseStored'])
  })

  it('a marked one is disabled too, and marking does not make a disabled one usable', () => {
    expect(given(add({ ...disabling, ...temporary }), mark(), setBack).state.standing).toBe('disabled')
    expect(given(add({ ...disabling, ...temporary }), setBack, mark()).state.standing).toBe('disabled')
  })
})

describe('restoring a license', () => {
  const restore = (members?: object, digest?: string): HoldingCommand => ({ type: 'RestoreLicense', license: license(members, digest), run: 'r' })
  const used = [use('UseReserved'), use('KeyReleased')]
  const key = usageKey('Play', 0)

  it('stores one that was never here', () => {
    expect(outcome(initial, restore())).toEqual(['LicenseStored'])
  })

  it('does not double one that is here and unused', () => {
    expect(outcome(given(add()), restore())).toEqual([])
  })

  it('BR-22: brings the original counts back, not the remaining ones', () => {
    const before = given(add(), ...used)
    expect(before.state.usage.get(key)).toBe(1)
    expect(outcome(before, restore())).toEqual(['LicenseCountsRestored'])
    expect(given(add(), ...used, restore()).state.usage.get(key) ?? 0).toBe(0)
    // A deleted license remembers its counts, and a plain storing leaves them where they stand.
    expect(given(add(), ...used, remove(true), add()).state.usage.get(key)).toBe(1)
    expect(outcome(given(add(), ...used, remove(true)), restore())).toEqual(['LicenseStored', 'LicenseCountsRestored'])
  })

  it('BR-22: leaves the first use where it was, and a use that is reserved taken', () => {
    const after = given(add(), ...used, use('UseReserved', { useId: 'other' }), restore())
    expect(after.state.firstUsedAt).not.toBeNull()
    expect(after.state.usage.get(key)).toBe(1)
    expect(evolve(after, recorded(use('UseReturned', { useId: 'other', why: 'expired' }))).state.usage.get(key)).toBe(0)
    expect(outcome(given(add(), use('UseReserved')), restore())).toEqual([])
  })

  it('BR-23, LI-50: brings none back that its issuer took back', () => {
    expect(outcome(given(add(), revoke), restore())).toBe('LicenseRevoked')
  })

  it('BR-25: takes no other document under the same name', () => {
    expect(outcome(given(add()), restore({}, 'second'))).toBe('LicenseExists')
  })
})
