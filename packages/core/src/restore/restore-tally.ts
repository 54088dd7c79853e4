import type { RecordedEvent } from '../event/decode-event'
import { licenseRow, type LicenseName } from '../vault/license-name'
import type { RESTORE_EVENTS } from './restore-event'

type RestoreEvent = RecordedEvent<(typeof RESTORE_EVENTS)[number]>

/** Why a license waits for a second attempt in the same restore. */
export const NEEDS_INDIVIDUALIZATION = 'StoreNeedsIndividualization'

/** How far a restore has come. */
export interface RestoreTally {
  readonly restored: number
  readonly held: number
  readonly refused: number
  /** Of those refused, the ones at the limit, and where to go then. */
  readonly atLimit: number
  readonly url: string | null
  /** Rows of the licenses that are refused for want of an individualization. */
  readonly pending: ReadonlySet<string>
  /** Damaged lines that were left out, by their segment. */
  readonly skipped: ReadonlySet<string>
  /** Segments whose batch is done, by the idempotency key of its request. */
  readonly done: ReadonlySet<string>
  /** Sessions that were opened. */
  readonly sessions: number
  readonly begun: boolean
  /** Whether it was told that an individualization is needed. */
  readonly needed: boolean
  readonly ended: boolean
}

/** A restore of which nothing has happened. */
export const initial: RestoreTally = {
  restored: 0,
  held: 0,
  refused: 0,
  atLimit: 0,
  url: null,
  pending: new Set(),
  skipped: new Set(),
  done: new Set(),
  sessions: 0,
  begun: false,
  needed: false,
  ended: false,
}

const LIMIT = 'RestoreLimitReached'

/** A license that was waiting counts as refused until it comes. */
const settled = (tally: RestoreTally, license: LicenseName): RestoreTally => {
  if (tally.pending.size === 0) return tally
  const row = licenseRow(license)
  if (!tally.pending.has(row)) return tally
  const pending = new Set(tally.pending)
  pending.delete(row)
  return { ...tally, pending, refused: tally.refused - 1 }
}

const refuse = (
  before: RestoreTally,
  { data }: Extract<RestoreEvent, { readonly type: 'LicenseRestoreRefused' }>
): RestoreTally => {
  const tally = settled(before, data)
  const atLimit = data.reason === LIMIT ? tally.atLimit + 1 : tally.atLimit
  return {
    ...tally,
    refused: tally.refused + 1,
    atLimit,
    url: data.url ?? tally.url,
    pending: data.reason === NEEDS_INDIVIDUALIZATION ? new Set(tally.pending).add(licenseRow(data)) : tally.pending,
  }
}

/** Told again by a run that goes on, the same lines count once. */
const skip = (
  tally: RestoreTally,
  { data: { segment, lines } }: Extract<RestoreEvent, { readonly type: 'RestorePartSkipped' }>
): RestoreTally =>
  tally.skipped.has(segment)
    ? tally
    : { ...tally, skipped: new Set(tally.skipped).add(segment), refused: tally.refused + lines.length }

/** The tally after one more event. */
export const evolve = (tally: RestoreTally, event: RestoreEvent): RestoreTally => {
  switch (event.type) {
    case 'LicenseRestored': {
      const next = settled(tally, event.data)
      return { ...next, restored: next.restored + 1 }
    }
    case 'LicenseAlreadyHeld': {
      const next = settled(tally, event.data)
      return { ...next, held: next.held + 1 }
    }
    case 'LicenseRestoreRefused':
      return refuse(tally, event)
    case 'RestorePartSkipped':
      return skip(tally, event)
    case 'RestoreDisconnecting':
      return { ...tally, sessions: tally.sessions + 1 }
    case 'RestoreBegun':
      return { ...tally, begun: true }
    case 'RestoreProgress':
      return { ...tally, done: new Set(tally.done).add(event.data.idem) }
    case 'RestoreEnded':
    case 'RestoreEndedPartially':
    case 'RestoreFailed':
    case 'RestoreCancelled':
    case 'RestoreDeclined':
      return { ...tally, ended: true }
    case 'IndividualizationNeeded':
      return { ...tally, needed: true }
    case 'RestoreConnecting':
      return tally
  }
}
