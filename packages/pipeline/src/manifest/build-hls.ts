import * as E from 'fp-ts/Either'

import { hlsFaultOf } from './hls-keys'
import { hlsMasterPlaylist } from './hls-master-playlist'
import { hlsMediaPlaylist, targetDuration } from './hls-media-playlist'
import type { ManifestFault } from './manifest-fault'
import type { Presentation } from './presentation'

/** The playlists of an export. */
export interface HlsPlaylists {
  readonly master: string
  /** One a track, in order. `name` is the file that the master points at, next to it. */
  readonly media: ReadonlyArray<{ readonly name: string; readonly text: string }>
}

const EXTENSION = /\.[^.]*$/
/** Which no file name in UTF-8 can hold. */
const LONE_SURROGATE = /\p{Surrogate}/gu
const PLAYLIST_EXTENSION = '.m3u8'

const stemOf = (file: string): string => {
  const base = file.slice(file.lastIndexOf('/') + 1)
  const stem = base.replace(EXTENSION, '').replace(LONE_SURROGATE, '\u{fffd}')
  return stem === '' ? 'track' : stem
}

/** The stem of the master's own name, where that is the usual one. */
const MASTER = 'master'

/** Names playlists after their files; the number of the track tells apart what would clash, with the master too. */
const playlistNames = (files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set([MASTER])
  return files.map((file, index) => {
    let stem = stemOf(file)
    while (taken.has(stem.toLowerCase())) stem = `${stem}-${index}`
    taken.add(stem.toLowerCase())
    return stem + PLAYLIST_EXTENSION
  })
}

/**
 * Writes the HLS playlists of an export: fragmented MP4 by byte range, audio as a group of its own.
 *
 * @errors `HlsMethodMissing` for a track under `cens` or `cbc1`, `HlsKeyMissing` for a protected one without a key line. Throws
 * `RangeError` for attributes that a playlist cannot hold, such as a quote in a quoted value, and for a key whose method is not
 * that of its scheme.
 * @source RFC 8216
 */
export const buildHls = (presentation: Presentation): E.Either<ManifestFault, HlsPlaylists> => {
  const { tracks } = presentation
  const fault = tracks.map(hlsFaultOf).find((found) => found !== undefined)
  if (fault !== undefined) return E.left(fault)
  const names = playlistNames(tracks.map(({ file }) => file))
  const named = tracks.map((track, index) => ({ track, name: names[index] ?? PLAYLIST_EXTENSION }))
  const target = targetDuration(tracks)
  return E.right({
    master: hlsMasterPlaylist(named, presentation),
    media: named.map(({ name, track }) => ({ name, text: hlsMediaPlaylist(track, target) })),
  })
}
