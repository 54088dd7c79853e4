import { hlsMasterPlaylist } from './hls-master-playlist'
import { hlsMediaPlaylist } from './hls-media-playlist'
import type { Presentation } from './presentation'

/** The playlists of an export. */
export interface HlsPlaylists {
  readonly master: string
  /** One a track, in order. `name` is the file that the master points at, next to it. */
  readonly media: ReadonlyArray<{ readonly name: string; readonly text: string }>
}

const EXTENSION = /\.[^.]*$/
const PLAYLIST_EXTENSION = '.m3u8'

const stemOf = (file: string): string => {
  const base = file.slice(file.lastIndexOf('/') + 1)
  const stem = base.replace(EXTENSION, '')
  return stem === '' ? 'track' : stem
}

/** Names playlists after their files; the number of the track tells apart what would clash. */
const playlistNames = (files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set<string>()
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
 * @errors Throws `RangeError` for attributes that a playlist cannot hold, such as a quote in a quoted value.
 * @source RFC 8216
 */
export const buildHls = ({ tracks }: Presentation): HlsPlaylists => {
  const names = playlistNames(tracks.map(({ file }) => file))
  const named = tracks.map((track, index) => ({ track, name: names[index] ?? PLAYLIST_EXTENSION }))
  return {
    master: hlsMasterPlaylist(named),
    media: named.map(({ name, track }) => ({ name, text: hlsMediaPlaylist(track) })),
  }
}
