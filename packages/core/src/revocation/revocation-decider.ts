import * as E from 'fp-ts/Either'

import type { RecordedEvent } from '../event/decode-event'
import { newEvent } from '../event/define-event'
import type { RevocationFault } from '../fault/core-fault'
import { timestampMicros } from '../license/timestamp'
import type { NewEvent } from '../store/event-store'
import type { Believed } from './accept-revocation'
import {
  RevocationForkSeen,
  RevocationInformationStored,
  RevocationListStored,
  type REVOCATION_EVENTS,
} from './revocation-event'
import type { RevocationInformation } from './revocation-information'
import type { RevocationKind } from './revocation-kind'
import type { RevocationList } from './revocation-list'
import { noRevocation, type DemandedList, type RevocationState } from './revocation-state'

type RevocationEvent = RecordedEvent<(typeof REVOCATION_EVENTS)[number]>
type Kind = RevocationKind | 'information'

/** Offers revocation data that was believed. */
export type StoreRevocation =
  | { readonly type: 'StoreList'; readonly list: Believed<RevocationList> }
  | { readonly type: 'StoreInformation'; readonly information: Believed<RevocationInformation> }

/** Data that changes nothing, and the event that a fork leaves behind. */
export interface RevocationRefusal {
  readonly fault: RevocationFault
  readonly alarm: NewEvent | null
}

/** The events of accepted data, none where it is stored already; or why it is refused. */
export type RevocationDecision = E.Either<RevocationRefusal, ReadonlyArray<NewEvent>>

/** A home without revocation data. */
export const initial: RevocationState = noRevocation

const rolledBack = (kind: Kind, stored: bigint, found: string): RevocationDecision =>
  E.left({ fault: { type: 'RevocationRolledBack', kind, stored: String(stored), found }, alarm: null })

const forked = (kind: Kind, { version, digest }: DemandedList, found: string): RevocationDecision => {
  const data = { kind, version: String(version), stored: digest, found }
  return E.left({
    fault: { type: 'RevocationForked', kind, version: data.version },
    alarm: newEvent(RevocationForkSeen, data),
  })
}

/** What a version that is known says about another document: older, other, the same, or nothing (undefined). */
const against = (kind: Kind, known: DemandedList | undefined, found: DemandedList): RevocationDecision | undefined => {
  if (known === undefined || found.version > known.version) return undefined
  if (found.version < known.version) return rolledBack(kind, known.version, String(found.version))
  return found.digest === known.digest ? E.right([]) : forked(kind, known, found.digest)
}

const decideList = (state: RevocationState, { jws, digest, document, chain }: Believed<RevocationList>): RevocationDecision => {
  const { kind, prev } = document
  const found = { version: BigInt(document.version), digest }
  const stored = state.lists.get(kind)
  const known = against(kind, stored, found)
  if (known !== undefined) return known
  const demanded = against(kind, state.information?.lists.get(kind), found)
  if (demanded !== undefined && E.isLeft(demanded)) return demanded
  // The next version names the one before it: another name means that two were signed.
  if (stored !== undefined && found.version === stored.version + 1n && prev !== undefined && prev !== stored.digest) {
    return forked(kind, stored, prev)
  }
  const text = { jws, digest, document }
  const data = { kind, version: document.version, digest, document: text, certificates: chain }
  return E.right([newEvent(RevocationListStored, data)])
}

const demandsOf = (document: RevocationInformation): ReadonlyMap<RevocationKind, DemandedList> =>
  new Map(document.lists.map(({ kind, version, digest }) => [kind, { version: BigInt(version), digest }]))

/** Newer information never demands less of a list than older did, and agrees with what is stored of the same version. */
const disagreement = (
  state: RevocationState,
  demands: ReadonlyMap<RevocationKind, DemandedList>
): RevocationDecision | undefined => {
  for (const [kind, before] of state.information?.lists ?? []) {
    const now = demands.get(kind)
    if (now === undefined) return rolledBack(kind, before.version, 'none')
    const known = against(kind, before, now)
    if (known !== undefined && E.isLeft(known)) return known
  }
  for (const [kind, now] of demands) {
    const stored = state.lists.get(kind)
    if (stored?.version === now.version && stored.digest !== now.digest) return forked(kind, stored, now.digest)
  }
  return undefined
}

const decideInformation = (
  state: RevocationState,
  { jws, digest, document, chain }: Believed<RevocationInformation>
): RevocationDecision => {
  const found = { version: BigInt(document.version), digest }
  const known = against('information', state.information ?? undefined, found)
  if (known !== undefined) return known
  const other = disagreement(state, demandsOf(document))
  if (other !== undefined) return other
  const text = { jws, digest, document }
  const data = { version: document.version, digest, document: text, certificates: chain }
  return E.right([newEvent(RevocationInformationStored, data)])
}

/**
 * Takes what is newer. Versions are compared as integers (RV-3); what is older is refused (RV-2, RV-13), and so is another
 * document of a known version, which leaves an alarm. What is stored already changes nothing and is no fault.
 */
export const decide = (state: RevocationState, command: StoreRevocation): RevocationDecision =>
  command.type === 'StoreList' ? decideList(state, command.list) : decideInformation(state, command.information)

const datesOf = ({ issued, nextUpdate }: RevocationList | RevocationInformation) => ({
  issued: timestampMicros(issued),
  nextUpdate: timestampMicros(nextUpdate),
})

/** The state after one more event. */
export const evolve = (state: RevocationState, event: RevocationEvent): RevocationState => {
  switch (event.type) {
    case 'RevocationListStored': {
      const { kind, version, digest, document } = event.data
      const entries: ReadonlySet<string> = new Set(document.document.entries)
      const list = { version: BigInt(version), digest, entries, ...datesOf(document.document) }
      return { ...state, lists: new Map(state.lists).set(kind, list) }
    }
    case 'RevocationInformationStored': {
      const { version, digest, document } = event.data
      const lists = demandsOf(document.document)
      return { ...state, information: { version: BigInt(version), digest, lists, ...datesOf(document.document) } }
    }
    case 'RevocationForkSeen': {
      const { kind, version, stored, found } = event.data
      return { ...state, forks: [...state.forks, { kind, version: BigInt(version), stored, found }] }
    }
  }
}
