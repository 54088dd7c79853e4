import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { DEVICE_STREAM } from '../device/device-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { streamRevision } from '../home/stream-revision'
import type { ClockStanding } from '../license/evaluation'
import { freshness } from '../revocation/freshness'
import { isListed, noRevocation, type RevocationState } from '../revocation/revocation-state'
import type { StreamAppend } from '../store/event-store'
import type { RecordedDevice, RecordedReceiver, RecordedRevocation } from './recorded-circumstances'

/** Time, clock, device and revocation data as one decision sees them, with what the append has to find unchanged. */
export interface TransferCircumstances {
  /** Microseconds since 1970. */
  readonly judgedAt: number
  readonly clock: ClockStanding
  readonly device: RecordedDevice
  readonly revocationState: RevocationState
  /** Streams that these come from, at the revisions they were read at or before. */
  readonly unchanged: ReadonlyArray<StreamAppend>
}

const STREAMS = [DEVICE_STREAM]

const unchangedStreams = ({ store }: Home): TE.TaskEither<CoreFault, ReadonlyArray<StreamAppend>> =>
  pipe(
    STREAMS,
    TE.traverseSeqArray((stream) =>
      pipe(
        streamRevision(store, stream),
        TE.map((expectedRevision): StreamAppend => ({ stream, expectedRevision, events: [] }))
      )
    )
  )

/**
 * Reads what a decision depends on beside the licenses. The revisions are read first: what changes meanwhile is seen by
 * the append, and the decision is made anew.
 */
export const transferCircumstances = (home: Home): TE.TaskEither<CoreFault, TransferCircumstances> =>
  pipe(
    unchangedStreams(home),
    TE.bindTo('unchanged'),
    TE.bind('device', () => home.device),
    TE.map(({ unchanged, device }) => ({
      judgedAt: home.clock.now(),
      clock: { type: 'trusted' },
      device,
      revocationState: noRevocation,
      unchanged,
    }))
  )

/** What stored revocation data says about the other side. */
export const recordedRevocation = (
  { revocationState: state, judgedAt }: TransferCircumstances,
  kind: RecordedRevocation['kind'],
  receiver: RecordedReceiver
): RecordedRevocation => {
  const names = receiver.type === 'certified' ? receiver.thumbprints : []
  const version = state.lists.get(kind)?.version
  return {
    kind,
    version: version === undefined ? null : String(version),
    freshness: freshness(state, kind, judgedAt),
    information: freshness(state, 'information', judgedAt),
    listed: names.filter((name) => isListed(state, kind, [name])),
  }
}
