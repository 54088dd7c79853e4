/** A named place in a file. */
export interface MediaChapter {
  /** 100 ns units, preroll taken off. */
  readonly time: number
  readonly title: string
}

/** Something that a player is told to do at a time. */
export interface MediaScript {
  /** 100 ns units, preroll taken off. */
  readonly time: number
  /** As in `URL`, `FILENAME` or `TEXT`. */
  readonly type: string
  readonly text: string
}

/** What a track is called. */
export interface TrackName {
  readonly track: number
  readonly name: string
  /** RFC 1766 tag of the name, where the container has one. */
  readonly language?: string
}

/** Something that a file says of itself or of one of its tracks. */
export interface MediaAttribute {
  readonly name: string
  /** Bytes are given as their number. */
  readonly value: string | number | boolean | { readonly bytes: number }
  /** The track that it is about; absent for the whole file. */
  readonly track?: number
  /** RFC 1766 tag where the container names one. */
  readonly language?: string
}

/** Tracks of which one is played at a time. */
export interface MediaExclusion {
  /** By what they differ: `language`, `bitrate`, `unknown` or a GUID. */
  readonly by: string
  /** Of these groups of tracks one is played. */
  readonly groups: ReadonlyArray<ReadonlyArray<number>>
}

/** A track that matters more than those behind it. */
export interface TrackPriority {
  readonly track: number
  readonly mandatory: boolean
}

/** Tracks that share what one may take. */
export interface SharedBandwidth {
  /** `exclusive`, `partial` or a GUID. */
  readonly kind: string
  /** Bits per second. */
  readonly bitrate: number
  readonly tracks: ReadonlyArray<number>
}

/** An index by which a player seeks. */
export interface MediaIndex {
  /** As in `Simple Index`. */
  readonly kind: string
  /** Byte offset in the file. */
  readonly at: number
  /** Entries that are there. */
  readonly entries: number
  /** Tracks that it names; none where it names none. */
  readonly tracks: ReadonlyArray<number>
}

/** One structure of the container, for whoever looks for a byte. */
export interface MediaObject {
  /** Its name, or its GUID where it has none that is known. */
  readonly name: string
  /** Byte offset in the file. */
  readonly at: number
  readonly bytes: number
  /** Depth: 0 beside the packets, 1 in the header, 2 in its extension. */
  readonly depth: number
}

/** A codec in the words of its maker. */
export interface NamedCodec {
  readonly name: string
  readonly description: string
}

/** What a container says beyond what playing needs. */
export interface MediaDetails {
  /** Milliseconds since 1970, where the container says when the file was made. */
  readonly created?: number
  /** Bits per second of all tracks, 0 when unknown. */
  readonly bitrate: number
  /** Bytes of every packet, and how many whole ones were read. */
  readonly packets?: { readonly size: number; readonly count: number }
  readonly codecs: ReadonlyArray<NamedCodec>
  readonly names: ReadonlyArray<TrackName>
  readonly chapters: ReadonlyArray<MediaChapter>
  readonly scripts: ReadonlyArray<MediaScript>
  readonly attributes: ReadonlyArray<MediaAttribute>
  readonly exclusions: ReadonlyArray<MediaExclusion>
  readonly priorities: ReadonlyArray<TrackPriority>
  readonly sharing: ReadonlyArray<SharedBandwidth>
  /** Where the pictures of the owner lead. */
  readonly links: ReadonlyArray<string>
  readonly indexes: ReadonlyArray<MediaIndex>
  readonly objects: ReadonlyArray<MediaObject>
}
