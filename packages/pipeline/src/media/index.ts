export type { AudioFormat, MediaDescription, MediaWarning, ProtectionHeader, TrackDescription, TrackKind } from './media-description'
export { openMedia } from './media-file'
export type { MediaFile } from './media-file'
export type { MediaReport, TrackCount } from './media-report'
