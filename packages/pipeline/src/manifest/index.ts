export { buildHls } from './build-hls'
export type { HlsPlaylists } from './build-hls'
export { buildMpd } from './build-mpd'
export { hlsMethod } from './hls-keys'
export type { HlsMethod } from './hls-keys'
export { isHlsAttribute } from './hls-tag'
export type { ManifestFault } from './manifest-fault'
export type {
  ByteRange,
  DashProtection,
  HlsAttribute,
  HlsKey,
  Presentation,
  PresentationAudio,
  PresentationProtection,
  PresentationSegment,
  PresentationTrack,
  PresentationVideo,
  Ratio,
} from './presentation'
export type { XmlElement } from './xml-element'
export { steadyFrameRate } from './steady-frame-rate'
export { isXmlText } from './xml-writer'
