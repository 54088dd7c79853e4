import type { MediaFile, TrackDescription } from '@custody/pipeline/media'
import { hasCmafForm } from '@custody/pipeline/operators'
import { mp4Form, type SampleForm } from '@custody/pipeline/operators/protection'
import * as E from 'fp-ts/Either'

import type { TransferFault } from './transfer-error'

/** A track that leaves, and the name of its file. */
export interface PlannedTrack {
  readonly track: TrackDescription
  readonly file: string
  readonly form: SampleForm
}

/** Which streams of a file leave and which stay behind. */
export interface ExportPlan {
  readonly tracks: ReadonlyArray<PlannedTrack>
  /** Streams that are neither picture nor sound. */
  readonly leftOut: ReadonlyArray<number>
  /** Streams that leave although the source declares them clear. */
  readonly declaredClear: ReadonlyArray<number>
}

/**
 * Plans the files of an export before anything is authorised or written.
 *
 * @errors `UnsupportedMedia` for picture or sound in a codec that the target's container has no form for.
 */
export const planExport = (file: MediaFile): E.Either<TransferFault, ExportPlan> => {
  const media = file.description.tracks.filter(({ kind }) => kind === 'video' || kind === 'audio')
  const unsupported = media.find((track) => !hasCmafForm(track))
  if (unsupported !== undefined) {
    const what = `codec ${unsupported.codec} of stream ${String(unsupported.number)}: it has no form in fragmented MP4`
    return E.left({ type: 'UnsupportedMedia', at: undefined, what })
  }
  if (media.length === 0) return E.left({ type: 'UnsupportedMedia', at: undefined, what: 'a file without picture or sound' })
  const seen = new Map<string, number>()
  const tracks = media.map((track): PlannedTrack => {
    const count = (seen.get(track.kind) ?? 0) + 1
    seen.set(track.kind, count)
    const file = count === 1 ? `${track.kind}.mp4` : `${track.kind}-${String(count)}.mp4`
    return { track, file, form: mp4Form(track) }
  })
  return E.right({
    tracks,
    leftOut: file.description.tracks.filter((track) => !media.includes(track)).map(({ number }) => number),
    declaredClear: media.filter(({ encrypted }) => !encrypted).map(({ number }) => number),
  })
}
