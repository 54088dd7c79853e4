import type { ByteSource } from '../io/byte-source'
import type { MediaDescription, TrackDescription } from './media-description'

/** What files of all containers have, once their header was read. */
export interface OpenFile {
  /** SHA-256 of the bytes in front of the first sample, base64url: names the file in the log. */
  readonly digest: string
  /** Gives what comes next. */
  readonly source: ByteSource
  readonly description: MediaDescription
  readonly tracks: ReadonlyMap<number, TrackDescription>
}

/** The tracks of a description by their number. */
export const tracksByNumber = ({ tracks }: MediaDescription): ReadonlyMap<number, TrackDescription> =>
  new Map(tracks.map((track) => [track.number, track]))
