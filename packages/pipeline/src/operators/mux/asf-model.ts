import * as E from 'fp-ts/Either'

import { composeAsfHeader } from '../../asf/write/compose-header'
import type { MediaFault } from '../../fault/pipeline-fault'
import type { MediaFile } from '../../media/media-file'
import type { AsfFile } from '../../media/open-asf'

/** Bytes of a packet where nothing else is asked for, as FFmpeg has it. */
const USUAL_PACKET = 3200

/**
 * What an ASF file that takes over the tracks of another file is written by: that file's own header, or one composed from what
 * another container says.
 *
 * @errors `UnsupportedMedia` for a codec that ASF has no name for.
 */
export const asfModel = (
  file: MediaFile,
  { packetSize = USUAL_PACKET }: { readonly packetSize?: number } = {}
): E.Either<MediaFault, Pick<AsfFile, 'header' | 'tracks'>> =>
  file.container === 'asf'
    ? E.right(file)
    : E.map((header: AsfFile['header']) => ({ header, tracks: file.tracks }))(composeAsfHeader(file.description, { packetSize }))
