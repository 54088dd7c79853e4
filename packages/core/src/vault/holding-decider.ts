import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type * as t from 'io-ts'

import { newEvent } from '../event/define-event'
import type { LicenseFault } from '../fault/core-fault'
import type { KeyId } from '../identity/key-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { LicenseState } from '../license/license-state'
import type { NewEvent } from '../store/event-store'
import { evolve as evolveState, initial as initialState, type LicenseEvent } from './license-decider'
import {
  LicenseCountsRestored,
  LicenseDeleted,
  LicenseDisabled,
  LicenseMarkedForPurge,
  LicensePersisted,
  LicenseRevoked,
  LicenseStored,
  type DeletionReason,
} from './license-event'
import { licenseFacts } from './license-facts'
import type { LicenseName } from './license-name'

/** A license as it came in last. */
export type StoredTerms = Readonly<t.TypeOf<(typeof LicenseStored)['data']>>

/** All that one license's stream says. */
export interface Holding {
  readonly state: LicenseState
  /** Nothing for a license that was never here. */
  readonly terms: StoredTerms | undefined
  /** Digest of the document that ended when the clock was set back; that one does not come in again (LI-21). */
  readonly barred: string | undefined
  /** Digest of the message that revoked it. */
  readonly revokedBy: string | undefined
}

/** Why a license is removed that nobody names. */
export type RemovalReason = Extract<DeletionReason, 'message' | 'marked' | 'over' | 'unusable'>

/** A license that a License Management Service allowed here once more. */
export interface RestoreLicense {
  readonly type: 'RestoreLicense'
  readonly license: AcceptedLicense
  /** Id of the restore. */
  readonly run: string
}

/** What may be asked about one license as a whole; its uses have a decider of their own. */
export type HoldingCommand =
  | { readonly type: 'StoreLicense'; readonly license: AcceptedLicense }
  | RestoreLicense
  /** @param own whether the home issued it: then the command is the owner's deletion message (LI-44). */
  | { readonly type: 'DeleteLicense' | 'MarkLicense'; readonly own: boolean; readonly force: boolean }
  /** Removal for a reason that was judged already: cleaning, or a deletion message. */
  | { readonly type: 'RemoveLicense'; readonly why: RemovalReason }
  | { readonly type: 'PersistLicense' }
  | { readonly type: 'RevokeLicense'; readonly message: string }
  | { readonly type: 'SetClockBack' }

/** Events of one license, or why the command could not be meant. */
export type HoldingDecision = E.Either<LicenseFault, ReadonlyArray<NewEvent>>

/** A license that was never here. */
export const initial: Holding = { state: initialState, terms: undefined, barred: undefined, revokedBy: undefined }

const GONE: ReadonlySet<LicenseState['standing']> = new Set(['absent', 'deleted', 'revoked'])
const DEFAULT_PRIORITY = 0

/** Whether a license is in the vault, whatever it still allows. */
export const isHere = ({ state }: Holding): boolean => !GONE.has(state.standing)

/** Whether a license lies in the temporary store (LI-39): it says so, and nobody made it permanent. */
export const isTemporary = ({ state, terms }: Holding): boolean =>
  terms !== undefined && terms.facts.persist !== 'permanent' && !state.persisted

/** Whether a license may leave the temporary store; to be asked before it is tried (LI-43). */
export const canPersist = (holding: Holding): boolean =>
  isHere(holding) && isTemporary(holding) && holding.terms?.facts.persist === 'savable'

const storedEvent = ({ issuer, lid, keyId, jws, docDigest, document }: AcceptedLicense): NewEvent =>
  newEvent(LicenseStored, {
    issuer,
    lid,
    keyId,
    document: jws,
    docDigest,
    priority: document.priority ?? DEFAULT_PRIORITY,
    facts: licenseFacts(document),
  })

const store = ({ state, terms, barred }: Holding, license: AcceptedLicense): HoldingDecision => {
  const { lid, docDigest } = license
  if (state.standing === 'revoked' || docDigest === barred) {
    // What a set back clock disabled is still here: its document says nothing new.
    return state.standing === 'disabled' ? E.right([]) : E.left({ type: 'LicenseRevoked', lid })
  }
  const other = terms?.docDigest !== docDigest
  switch (state.standing) {
    case 'held':
      return other ? E.left({ type: 'LicenseExists', lid }) : E.right([])
    case 'marked':
      return other ? E.left({ type: 'LicenseExists', lid }) : E.right([storedEvent(license)])
    case 'absent':
    case 'disabled':
    case 'deleted':
      return E.right([storedEvent(license)])
  }
}

/** Whether uses that are over count against the license. */
const isUsed = ({ usage, reserved }: LicenseState): boolean =>
  [...usage.values()].reduce((sum, uses) => sum + uses, 0) > reserved.size

/** As a new license of the same document, with its original counts (BR-22). */
const restore = (holding: Holding, { license, run }: RestoreLicense): HoldingDecision => {
  const { issuer, lid, keyId } = license
  return pipe(
    store(holding, license),
    E.map((events) => (isUsed(holding.state) ? [...events, newEvent(LicenseCountsRestored, { issuer, lid, keyId, run })] : events))
  )
}

const named = ({ issuer, lid, keyId }: StoredTerms): LicenseName & { readonly keyId: KeyId } => ({ issuer, lid, keyId })

/** LI-44: the temporary store is open to deletion; a permanent license goes by its issuer's word, or by force. */
const reasonToDelete = (
  holding: Holding,
  { own, force }: { readonly own: boolean; readonly force: boolean }
): Extract<DeletionReason, 'owner' | 'forced'> | undefined => {
  if (own || isTemporary(holding)) return 'owner'
  return force ? 'forced' : undefined
}

const setClockBack = (holding: Holding, terms: StoredTerms): ReadonlyArray<NewEvent> => {
  const { clockSetBack } = terms.facts
  if (clockSetBack === 'none' || holding.state.standing === 'disabled') return []
  return clockSetBack === 'delete'
    ? [newEvent(LicenseDeleted, { ...named(terms), why: 'clock' })]
    : [newEvent(LicenseDisabled, named(terms))]
}

/** Chooses the events of one command. Left: a license that is not here, or one that the command does not fit. */
export const decide = (holding: Holding, name: LicenseName, command: HoldingCommand): HoldingDecision => {
  if (command.type === 'StoreLicense') return store(holding, command.license)
  if (command.type === 'RestoreLicense') return restore(holding, command)
  const { terms } = holding
  const { lid } = name
  if (terms === undefined) return E.left({ type: 'LicenseUnknown', lid })
  if (command.type === 'RevokeLicense') {
    // Also one that is gone: it must not come in again.
    const revoked = newEvent(LicenseRevoked, { ...named(terms), message: command.message })
    return E.right(holding.state.standing === 'revoked' ? [] : [revoked])
  }
  if (!isHere(holding)) return E.left({ type: 'LicenseUnknown', lid })
  switch (command.type) {
    case 'DeleteLicense':
    case 'MarkLicense': {
      const why = reasonToDelete(holding, command)
      if (why === undefined) return E.left({ type: 'LicensePermanent', lid })
      if (command.type === 'DeleteLicense') return E.right([newEvent(LicenseDeleted, { ...named(terms), why })])
      return E.right(holding.state.standing === 'marked' ? [] : [newEvent(LicenseMarkedForPurge, named(terms))])
    }
    case 'RemoveLicense':
      return E.right([newEvent(LicenseDeleted, { ...named(terms), why: command.why })])
    case 'PersistLicense':
      return canPersist(holding)
        ? E.right([newEvent(LicensePersisted, named(terms))])
        : E.left({ type: 'LicenseNotSavable', lid })
    case 'SetClockBack':
      return E.right(setClockBack(holding, terms))
  }
}

/** The holding after one more event. */
export const evolve = (holding: Holding, event: LicenseEvent): Holding => {
  const next = { ...holding, state: evolveState(holding.state, event) }
  const digest = holding.terms?.docDigest
  switch (event.type) {
    case 'LicenseStored':
      return { ...next, terms: event.data }
    case 'LicenseDisabled':
      return { ...next, barred: digest }
    case 'LicenseDeleted':
      return event.data.why === 'clock' ? { ...next, barred: digest } : next
    case 'LicenseRevoked':
      return { ...next, revokedBy: holding.revokedBy ?? event.data.message }
    case 'LicensePersisted':
    case 'LicenseMarkedForPurge':
    case 'LicenseCountsRestored':
    case 'UseReserved':
    case 'UseReturned':
    case 'KeyReleased':
      return next
  }
}
