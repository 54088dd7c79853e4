import type { KeyObject } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import type { OpenedGrant } from '@custody/core/pipeline-connection'
import type { Grant } from '@custody/core/transfer'
import { concatMap } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, type BatchInside } from '../../batch/batch-inside'
import { IV_BYTES, SCHEME_CENC, SCHEME_MCE, SCHEME_NONE } from '../../batch/sample-columns'
import type { Content } from '../../batch/state'
import { startCounterStream, type CounterStream } from '../../cipher/counter-mode'
import { PipelineError } from '../../fault/pipeline-error'
import type { Operator } from '../../lease/operator'
import { stage, WHOLE_POOL } from '../../lease/stage'
import { commuteSample } from './commute-sample'
import { contentKey } from './content-key'
import { counterSource, type CounterRange, type CounterSource } from './counter-range'
import { createSealedWindow, type SealedWindow } from './sealed-window'
import { requireValid, withGrant } from './with-grant'

/** How the samples of one track leave. */
export interface TranscryptTrack {
  /** Common Encryption, AES-CTR with 8-byte IVs. */
  readonly scheme: 'cenc'
  readonly keyId: KeyId
  readonly counters: CounterRange
  /**
   * `avc`: NAL units behind four-byte lengths, NAL and slice headers clear. `whole`: every byte protected, the bytes as
   * they come.
   */
  readonly form: 'avc' | 'whole'
}

/** Where each track goes; samples of other tracks are refused. */
export interface TranscryptTarget {
  readonly tracks: ReadonlyMap<number, TranscryptTrack>
}

/**
 * Takes samples from under the source's content key to the target's, inside this operator only.
 *
 * Tracks of form `whole` are never clear: the target's keystream goes on before the source's comes off. Tracks of form
 * `avc` pass one sample at a time through a window that is wiped before the next. Picture order and the starts of coded
 * video sequences are noted in the batch for `restoreTimes`.
 *
 * @errors `GrantRefused`, `SameKey`, `UnsupportedMedia`; `ProtectionFailed` for a sample that cannot be opened, without a cause.
 */
export const transcrypt = (grant: Grant, target: TranscryptTarget): Operator<Content, Content> =>
  stage<Content, Content>('transcrypt', { holds: WHOLE_POOL }, (source) =>
    withGrant(grant, (opened) => {
      const sourceKey = contentKey(opened, opened.source)
      const tracks = openTracks(opened, sourceKey, target)
      return source.pipe(
        concatMap(async (batch: Batch<Content>) => {
          await requireValid(opened)
          transcryptSamples(openBatchIn(batch, 'content'), sourceKey, tracks)
          return batch
        })
      )
    })
  )

/** A track with its key and, for video, its window. */
interface OpenTrack {
  readonly key: KeyObject
  readonly counters: CounterSource
  readonly form: TranscryptTrack['form']
  window: SealedWindow | undefined
}

const openTracks = (
  opened: OpenedGrant,
  sourceKey: KeyObject,
  target: TranscryptTarget
): ReadonlyMap<number, OpenTrack> => {
  const tracks = new Map<number, OpenTrack>()
  for (const [number, track] of target.tracks) {
    const key = contentKey(opened, track.keyId)
    if (key.equals(sourceKey)) throw new PipelineError({ type: 'SameKey' })
    tracks.set(number, { key, counters: counterSource(track.keyId, track.counters), form: track.form, window: undefined })
  }
  return tracks
}

const transcryptSamples = (
  inside: BatchInside,
  sourceKey: KeyObject,
  tracks: ReadonlyMap<number, OpenTrack>
): void => {
  const { lease, columns, count } = inside
  const sourceIv = new Uint8Array(IV_BYTES)
  let end = 0
  let ranges = 0
  for (let row = 0; row < count; row += 1) {
    const track = trackOf(tracks, columns.track[row] ?? 0)
    const ivAt = row * IV_BYTES
    sourceIv.set(columns.iv.subarray(ivAt, ivAt + IV_BYTES))
    const source = sourceStream(columns.scheme[row] ?? SCHEME_NONE, sourceKey, sourceIv)
    track.counters.next(columns.iv, ivAt)
    const sink = startCounterStream(track.key, columns.iv.subarray(ivAt, ivAt + IV_BYTES))
    const offset = columns.offset[row] ?? 0
    const sample = lease.bytes.subarray(offset, offset + (columns.size[row] ?? 0))
    columns.firstRange[row] = ranges
    if (track.form === 'whole') {
      commuteSample({ source, target: sink, sample, into: lease.bytes, at: end })
      columns.size[row] = sample.length
    } else {
      const window = (track.window ??= createSealedWindow(inside, columns.track[row] ?? 0))
      const written = window.pass({ source, target: sink, sample, into: lease.bytes, at: end, columns, row, ranges })
      columns.size[row] = written.bytes
      ranges += written.ranges
      inside.tracks = window.describe(inside.tracks)
    }
    columns.offset[row] = end
    columns.scheme[row] = SCHEME_CENC
    end += columns.size[row] ?? 0
  }
  columns.firstRange[count] = ranges
}

const trackOf = (tracks: ReadonlyMap<number, OpenTrack>, number: number): OpenTrack => {
  const track = tracks.get(number)
  if (track === undefined) {
    throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `stream ${String(number)} has no target` })
  }
  return track
}

/** The source's keystream; none for a sample that the protected source itself declares clear. */
const sourceStream = (scheme: number, key: KeyObject, iv: Uint8Array): CounterStream | undefined => {
  if (scheme === SCHEME_NONE) return undefined
  if (scheme === SCHEME_MCE) return startCounterStream(key, iv)
  throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `protection scheme ${String(scheme)} of the source` })
}
