export type { AudioFormat, MediaDescription, MediaWarning, ProtectionHeader, TrackDescription, TrackKind } from './media-description'
export type {
  MediaAttribute,
  MediaChapter,
  MediaDetails,
  MediaExclusion,
  MediaIndex,
  MediaObject,
  MediaScript,
  NamedCodec,
  SharedBandwidth,
  TrackName,
  TrackPriority,
} from './media-details'
export { openMedia } from './media-file'
export type { MediaFile } from './media-file'
export { openAsf } from './open-asf'
export type { AsfFile } from './open-asf'
export type { Mp4File } from './open-mp4'
export type { MediaReport, TrackCount } from './media-report'
