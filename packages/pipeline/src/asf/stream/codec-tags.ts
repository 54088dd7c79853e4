/** Format tags of sound by name; of several that files have, the first is written. @source RFC 2361; mmreg.h of the Windows SDK */
export const AUDIO_TAGS: ReadonlyMap<string, ReadonlyArray<number>> = new Map([
  ['wmavoice', [0x000a]],
  ['mp3', [0x0055]],
  ['wmav1', [0x0160]],
  ['wmav2', [0x0161]],
  ['wmapro', [0x0162]],
  ['wmalossless', [0x0163]],
  ['aac', [0x00ff, 0x706d, 0x4143, 0xa106]],
  ['ac3', [0x2000]],
  ['opus', [0x704f]],
  ['flac', [0xf1ac]],
])

/** FOURCCs of pictures by name, in upper case; files write both cases. Of several the first is written. */
export const VIDEO_FOURCCS: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ['wmv1', ['WMV1']],
  ['wmv2', ['WMV2']],
  ['wmv3', ['WMV3']],
  ['vc1', ['WVC1', 'WMVA']],
  ['h264', ['H264', 'X264', 'AVC1', 'DAVC']],
  ['hevc', ['HEVC', 'H265', 'HVC1', 'HEV1']],
])

const byValue = <V>(table: ReadonlyMap<string, ReadonlyArray<V>>): ReadonlyMap<V, string> =>
  new Map([...table].flatMap(([name, values]) => values.map((value) => [value, name] as const)))

/** Names by format tag. */
export const AUDIO_NAMES = byValue(AUDIO_TAGS)

/** Names by FOURCC in upper case. */
export const VIDEO_NAMES = byValue(VIDEO_FOURCCS)
