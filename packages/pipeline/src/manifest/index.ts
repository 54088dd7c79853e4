export { buildHls } from './build-hls'
export type { HlsPlaylists } from './build-hls'
export { buildMpd } from './build-mpd'
export { isHlsAttribute } from './hls-tag'
export type {
  ByteRange,
  DashProtection,
  HlsAttribute,
  HlsKey,
  Presentation,
  PresentationProtection,
  PresentationSegment,
  PresentationTrack,
} from './presentation'
export type { XmlElement } from './xml-element'
export { isXmlText } from './xml-writer'
