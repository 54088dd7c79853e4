import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import type { TrackDescription } from '../../media/media-description'
import { dac3Of, parseAc3Frame } from './ac3-frame'
import { eac3Configuration } from './dec3'

/** Whether a track lacks private data that its first clear sample tells. */
export const isConfiguredBySample = ({ codec, codecPrivate }: TrackDescription): boolean =>
  codecPrivate.length === 0 && (codec === 'ac3' || codec === 'eac3')

/**
 * Fills in what only the first clear sample of a track tells, where its container has no place for it: the private data of AC-3 and
 * Enhanced AC-3, which are the bodies of `dac3` and `dec3`. Other tracks stay as they are.
 *
 * @errors `MalformedMedia`, offset in `sample`.
 */
export const configuredBySample = (track: TrackDescription, sample: Uint8Array): E.Either<MalformedMedia, TrackDescription> => {
  if (track.codecPrivate.length > 0) return E.right(track)
  if (track.codec === 'ac3') {
    const frame = parseAc3Frame(sample)
    if (E.isLeft(frame)) return frame
    return E.right({ ...track, codecPrivate: dac3Of(frame.right), bitrate: track.bitrate || frame.right.bitrate })
  }
  if (track.codec !== 'eac3') return E.right(track)
  const found = eac3Configuration(sample)
  if (E.isLeft(found)) return found
  const { dec3, bitrate } = found.right
  return E.right({ ...track, codecPrivate: dec3, bitrate: track.bitrate || bitrate })
}
