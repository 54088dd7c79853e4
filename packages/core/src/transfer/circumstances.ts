import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { CLOCK_STREAM } from '../clock/clock-event'
import { DEVICE_STREAM } from '../device/device-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { streamRevision } from '../home/stream-revision'
import { freshness } from '../revocation/freshness'
import { REVOCATION_STREAM } from '../revocation/revocation-event'
import { isListed, noRevocation, type RevocationState } from '../revocation/revocation-state'
import { storedRevocation } from '../revocation/stored-revocation'
import type { StreamAppend } from '../store/event-store'
import { ISSUER_STREAM } from '../vault/issuer-event'
import { circumstancesUnder, type VaultCircumstances } from '../vault/vault-circumstances'
import type { RecordedReceiver, RecordedRevocation } from './recorded-circumstances'

/** Time, clock, device and revocation data as one decision sees them, with what the append has to find unchanged. */
export interface TransferCircumstances extends VaultCircumstances {
  /** Whether the stored revocation data could be read; what needs it is refused otherwise. */
  readonly readable: boolean
  readonly unchanged: ReadonlyArray<StreamAppend>
}

const unchangedAt = (stream: string, expectedRevision: number): StreamAppend => ({ stream, expectedRevision, events: [] })

const unchangedStream = ({ store }: Home, stream: string): TE.TaskEither<CoreFault, StreamAppend> =>
  pipe(
    streamRevision(store, stream),
    TE.map((revision) => unchangedAt(stream, revision))
  )

interface ReadRevocation {
  readonly state: RevocationState
  readonly readable: boolean
  readonly unchanged: StreamAppend
}

/** Data that cannot be read is no reason to fail: the request is refused then, and that is recorded (R6). */
const readRevocation = (home: Home): TE.TaskEither<CoreFault, ReadRevocation> =>
  pipe(
    storedRevocation(home.store),
    TE.map(({ state, revision }): ReadRevocation => ({
      state,
      readable: true,
      unchanged: unchangedAt(REVOCATION_STREAM, revision),
    })),
    TE.orElse((fault) =>
      fault.type === 'EventUnreadable' || fault.type === 'ModelBroken'
        ? pipe(
            unchangedStream(home, REVOCATION_STREAM),
            TE.map((unchanged): ReadRevocation => ({ state: noRevocation, readable: false, unchanged }))
          )
        : TE.left(fault)
    )
  )

/**
 * Reads what a decision depends on beside the licenses. Revisions are never newer than what is read: what changes
 * meanwhile is seen by the append, and the decision is made anew.
 */
export const transferCircumstances = (home: Home): TE.TaskEither<CoreFault, TransferCircumstances> =>
  pipe(
    TE.Do,
    TE.bind('streams', () =>
      pipe(
        [DEVICE_STREAM, ISSUER_STREAM],
        TE.traverseSeqArray((stream) => unchangedStream(home, stream))
      )
    ),
    TE.bind('revocation', () => readRevocation(home)),
    TE.bind('circumstances', ({ revocation }) => circumstancesUnder(home, revocation.state)),
    TE.map(({ streams, revocation, circumstances }) => ({
      ...circumstances,
      readable: revocation.readable,
      unchanged: [...streams, revocation.unchanged, unchangedAt(CLOCK_STREAM, circumstances.clockRevision)],
    }))
  )

/** What stored revocation data says about the other side. */
export const recordedRevocation = (
  { revocation: state, readable, now, barred }: TransferCircumstances,
  kind: RecordedRevocation['kind'],
  receiver: RecordedReceiver
): RecordedRevocation => {
  const names = receiver.type === 'certified' ? receiver.thumbprints : []
  const version = state.lists.get(kind)?.version
  return {
    kind,
    version: version === undefined ? null : String(version),
    freshness: readable ? freshness(state, kind, now) : 'unreadable',
    information: readable ? freshness(state, 'information', now) : 'unreadable',
    listed: names.filter((name) => isListed(state, kind, [name])),
    barred: barred !== undefined,
  }
}
