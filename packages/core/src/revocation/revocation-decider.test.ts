import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { canonicalJson } from '../encoding/canonical-json'
import { decodeEvent } from '../event/decode-event'
import { b64u } from '../encoding/b64u'
import { docDigest } from '../signed/doc-digest'
import type { NewEvent } from '../store/event-store'
import type { Believed } from './accept-revocation'
import { decide, evolve, initial, type StoreRevocation } from './revocation-decider'
import { REVOCATION_EVENTS } from './revocation-event'
import { RevocationInformation } from './revocation-information'
import type { RevocationKind } from './revocation-kind'
import { RevocationList } from './revocation-list'
import type { RevocationState } from './revocation-state'
import { ISSUED, listMembers, name, NEXT_UPDATE } from './testing/revocation-data'

/** As accepted; the decider does not look at signatures. */
const believed = <A>(document: A, encoded: unknown): Believed<A> => {
  const text = canonicalJson(encoded)
  const jws = ['{}', E.isRight(text) ? text.right : '', Buffer.alloc(64)]
    .map((part) => Buffer.from(part as string).toString('base64url'))
    .join('.')
  return { jws, digest: b64u(docDigest(jws)), document, chain: [] }
}
const list = (version: string, members: Parameters<typeof listMembers>[0] = {}): Believed<RevocationList> => {
  const document: RevocationList = { v: 1, ...listMembers({ version, ...members }) }
  return believed(document, RevocationList.encode(document))
}
const information = (version: string, lists: RevocationInformation['lists'] = []): Believed<RevocationInformation> => {
  const document: RevocationInformation = { v: 1, version, issued: ISSUED, nextUpdate: NEXT_UPDATE, lists }
  return believed(document, RevocationInformation.encode(document))
}
const demand = ({ document, digest }: Believed<RevocationList>) => ({ kind: document.kind, version: document.version, digest })

const storeList = (one: Believed<RevocationList>): StoreRevocation => ({ type: 'StoreList', list: one })
const storeInformation = (one: Believed<RevocationInformation>): StoreRevocation => ({
  type: 'StoreInformation',
  information: one,
})

const folded = (state: RevocationState, events: ReadonlyArray<NewEvent>): RevocationState =>
  events.reduce((before, event) => {
    const place = { id: '', stream: '', revision: 1, position: 1, time: 0, causation: null, correlation: null, hash: '', previousHash: '' }
    const decoded = decodeEvent(REVOCATION_EVENTS)({ ...place, ...event, data: JSON.parse(JSON.stringify(event.data)) })
    if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left))
    return evolve(before, decoded.right)
  }, state)

const given = (...commands: ReadonlyArray<StoreRevocation>): RevocationState =>
  commands.reduce((state, command) => {
    const decision = decide(state, command)
    return E.isRight(decision) ? folded(state, decision.right) : state
  }, initial)

const when = (state: RevocationState, command: StoreRevocation): unknown => {
  const decision = decide(state, command)
  return E.isLeft(decision)
    ? [decision.left.fault.type, decision.left.alarm?.type ?? 'no alarm']
    : decision.right.map(({ type }) => type)
}

describe('revocation decider: lists', () => {
  it('RV-2: a newer list replaces the stored one, an older one never does', () => {
    const first = given(storeList(list('4', { entries: [name('a')] })))
    expect(when(first, storeList(list('3')))).toEqual(['RevocationRolledBack', 'no alarm'])
    expect(when(first, storeList(list('5')))).toEqual(['RevocationListStored'])
    const second = given(storeList(list('4', { entries: [name('a')] })), storeList(list('5', { entries: [name('b')] })))
    expect([...(second.lists.get('application')?.entries ?? [])]).toEqual([name('b')])
  })

  it('RV-13 (decision): a lower version is refused and says which is stored', () => {
    expect(decide(given(storeList(list('10'))), storeList(list('9')))).toEqual(
      E.left({ fault: { type: 'RevocationRolledBack', kind: 'application', stored: '10', found: '9' }, alarm: null })
    )
  })

  it.each([
    ['9', '10'],
    ['9007199254740992', '9007199254740993'],
    ['18446744073709551614', '18446744073709551615'],
    ['0', '1'],
  ])('RV-3: versions are 64-bit integers: %s is before %s', (older, newer) => {
    expect(when(given(storeList(list(older))), storeList(list(newer)))).toEqual(['RevocationListStored'])
    expect(when(given(storeList(list(newer))), storeList(list(older)))).toEqual(['RevocationRolledBack', 'no alarm'])
  })

  it('the same list again changes nothing', () => {
    expect(when(given(storeList(list('4'))), storeList(list('4')))).toEqual([])
  })

  it('another list of the stored version is a fork: an alarm, and nothing changes', () => {
    const [mine, theirs] = [list('4', { entries: [name('a')] }), list('4')]
    const decision = decide(given(storeList(mine)), storeList(theirs))
    expect(decision).toMatchObject(
      E.left({
        fault: { type: 'RevocationForked', kind: 'application', version: '4' },
        alarm: { type: 'RevocationForkSeen', data: { stored: mine.digest, found: theirs.digest } },
      })
    )
    const state = given(storeList(mine), storeList(theirs))
    expect(state.lists.get('application')?.digest).toBe(mine.digest)
  })

  it('the next list that names another predecessor is a fork; a later one may have any', () => {
    const stored = list('4')
    const state = given(storeList(stored))
    expect(when(state, storeList(list('5', { prev: stored.digest })))).toEqual(['RevocationListStored'])
    expect(when(state, storeList(list('5', { prev: name('x') })))).toEqual(['RevocationForked', 'RevocationForkSeen'])
    expect(when(state, storeList(list('6', { prev: name('x') })))).toEqual(['RevocationListStored'])
  })

  it('RV-1: kinds are apart', () => {
    const state = given(storeList(list('4')), storeList(list('1', { kind: 'device', entries: [name('d')] })))
    expect(when(state, storeList(list('1', { kind: 'networkDevice' })))).toEqual(['RevocationListStored'])
    expect(state.lists.get('application')?.version).toBe(4n)
    expect(state.lists.get('device')?.version).toBe(1n)
  })
})

describe('revocation decider: information', () => {
  it('a list must be the one that the information names', () => {
    const [named, other] = [list('4', { entries: [name('a')] }), list('4')]
    const state = given(storeInformation(information('1', [demand(named)])))
    expect(when(state, storeList(named))).toEqual(['RevocationListStored'])
    expect(when(state, storeList(other))).toEqual(['RevocationForked', 'RevocationForkSeen'])
    expect(when(state, storeList(list('3')))).toEqual(['RevocationRolledBack', 'no alarm'])
    expect(when(state, storeList(list('5')))).toEqual(['RevocationListStored'])
    expect(when(state, storeList(list('1', { kind: 'device' })))).toEqual(['RevocationListStored'])
  })

  it('information must agree with the list of the version that it names', () => {
    const [stored, other] = [list('4', { entries: [name('a')] }), list('4')]
    const state = given(storeList(stored))
    expect(when(state, storeInformation(information('1', [demand(stored)])))).toEqual(['RevocationInformationStored'])
    expect(when(state, storeInformation(information('1', [demand(other)])))).toEqual(['RevocationForked', 'RevocationForkSeen'])
    expect(when(state, storeInformation(information('1', [demand(list('5'))])))).toEqual(['RevocationInformationStored'])
  })

  it('RV-2, RV-3: older information is refused, another of the same version is a fork', () => {
    const state = given(storeInformation(information('10')))
    expect(when(state, storeInformation(information('9')))).toEqual(['RevocationRolledBack', 'no alarm'])
    expect(when(state, storeInformation(information('10')))).toEqual([])
    const other = information('10', [demand(list('1'))])
    expect(when(state, storeInformation(other))).toEqual(['RevocationForked', 'RevocationForkSeen'])
  })

  it('newer information names no older list than before, and drops none', () => {
    const state = given(storeInformation(information('1', [demand(list('4'))])))
    expect(when(state, storeInformation(information('2', [demand(list('3'))])))).toEqual(['RevocationRolledBack', 'no alarm'])
    expect(when(state, storeInformation(information('2')))).toEqual(['RevocationRolledBack', 'no alarm'])
    const forked = storeInformation(information('2', [demand(list('4', { entries: [name('a')] }))]))
    expect(when(state, forked)).toEqual(['RevocationForked', 'RevocationForkSeen'])
    expect(when(state, storeInformation(information('2', [demand(list('4'))])))).toEqual(['RevocationInformationStored'])
  })
})

describe('revocation decider: properties', () => {
  const kinds = fc.constantFrom<RevocationKind>('application', 'device', 'networkDevice', 'issuer')
  const versions = fc.oneof(fc.integer({ min: 0, max: 6 }).map(String), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String))
  const lists = fc.record({
    version: versions,
    kind: kinds,
    entries: fc.subarray([name('a'), name('b')]),
    prev: fc.constantFrom(name('x'), name('y')),
  })
  const commands = fc.oneof(
    lists.map(({ version, ...members }) => storeList(list(version, members))),
    fc.tuple(versions, fc.uniqueArray(lists, { maxLength: 3, selector: ({ kind }) => kind })).map(([version, named]) =>
      storeInformation(information(version, named.map(({ version: of, ...members }) => demand(list(of, members)))))
    )
  )
  const ranks = ({ lists: stored, information: known }: RevocationState): ReadonlyArray<bigint> => [
    ...(['application', 'device', 'networkDevice', 'issuer'] as const).flatMap((kind) => [
      stored.get(kind)?.version ?? -1n,
      known?.lists.get(kind)?.version ?? -1n,
    ]),
    known?.version ?? -1n,
  ]

  it('P-26: versions never fall, whatever is offered in whatever order', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 20 }), (offered) => {
        let state = initial
        for (const command of offered) {
          const decision = decide(state, command)
          const after = E.isRight(decision) ? folded(state, decision.right) : state
          const [before, now] = [ranks(state), ranks(after)]
          expect(now.every((version, place) => version >= (before[place] ?? 0n))).toBe(true)
          state = after
        }
      }),
      { numRuns: runs(200) }
    )
  })

  it('P-26, defence off: whoever takes every list that is signed takes a revocation back by showing an old one', () => {
    const [old, newer] = [list('1'), list('2', { entries: [name('a')] })]
    const undefended = (state: RevocationState, one: Believed<RevocationList>): RevocationState => {
      const decision = decide(initial, storeList(one))
      return E.isRight(decision) ? folded(state, decision.right) : state
    }
    const listed = (state: RevocationState): boolean => state.lists.get('application')?.entries.has(name('a')) ?? false
    expect(listed(undefended(undefended(initial, newer), old))).toBe(false)
    expect(listed(given(storeList(newer), storeList(old)))).toBe(true)
  })

  it('the state is the same folded in one go and in parts', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 12 }), fc.nat(), (offered, cut) => {
        const events = offered.reduce<{ state: RevocationState; events: ReadonlyArray<NewEvent> }>(
          (before, command) => {
            const decision = decide(before.state, command)
            const more = E.isRight(decision) ? decision.right : []
            return { state: folded(before.state, more), events: [...before.events, ...more] }
          },
          { state: initial, events: [] }
        ).events
        const at = cut % (events.length + 1)
        const parts = folded(folded(initial, events.slice(0, at)), events.slice(at))
        expect(parts).toEqual(folded(initial, events))
      }),
      { numRuns: runs(100) }
    )
  })

  it('a list that was taken stands until a newer one of its kind is taken', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 20 }), (offered) => {
        let state = initial
        for (const command of offered) {
          const decision = decide(state, command)
          const events = E.isRight(decision) ? decision.right : []
          const after = folded(state, events)
          for (const [kind, stored] of state.lists) {
            const now = after.lists.get(kind)
            expect(now?.digest === stored.digest || (now?.version ?? 0n) > stored.version).toBe(true)
          }
          state = after
        }
      }),
      { numRuns: runs(200) }
    )
  })
})
