/** Sample entries and the lower-case names of their codecs. @source MP4 registration authority, codecs list */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['avc1', 'h264'],
  ['avc3', 'h264'],
  ['hvc1', 'hevc'],
  ['hev1', 'hevc'],
  ['vp08', 'vp8'],
  ['vp09', 'vp9'],
  ['av01', 'av1'],
  ['vc-1', 'vc1'],
  ['mp4v', 'mpeg4'],
  ['.mp3', 'mp3'],
  ['Opus', 'opus'],
  ['fLaC', 'flac'],
  ['ac-3', 'ac3'],
  ['ec-3', 'eac3'],
])

/** What `mp4a` may hold, by object type indication. @source MP4 registration authority, object types */
const AUDIO_OBJECTS: ReadonlyMap<number, string> = new Map([
  [0x40, 'aac'],
  [0x66, 'aac'],
  [0x67, 'aac'],
  [0x68, 'aac'],
  [0x69, 'mp3'],
  [0x6b, 'mp3'],
  [0xa5, 'ac3'],
  [0xa6, 'eac3'],
  [0xad, 'opus'],
])

/**
 * Names the codec of a sample entry; the FOURCC itself where no name is known.
 *
 * @param format Type of the entry before protection.
 * @param objectType From `esds`, where there is one.
 */
export const codecName = (format: string, objectType: number | undefined): string => {
  if (format !== 'mp4a') return NAMES.get(format) ?? format
  return (objectType === undefined ? undefined : AUDIO_OBJECTS.get(objectType)) ?? format
}
