import type { MediaDetails, MediaReport, TrackCount, TrackDescription } from '@custody/pipeline/media'

import { protectionReport, type ProtectionReport } from './protection-report'

const UNITS_PER_SECOND = 10_000_000

/** A stream as `inspect` prints it. */
export interface InspectedStream {
  readonly number: number
  readonly kind: string
  readonly codec: string
  readonly samples: number
  readonly bytes: number
  readonly keyFrames: number
  readonly encrypted: boolean
  /** Bits per second; absent where the file does not say. */
  readonly bitrate?: number
  readonly width?: number
  readonly height?: number
  readonly framesPerSecond?: number
  readonly channels?: number
  readonly sampleRate?: number
  readonly language?: string
}

/** The object that `inspect --json` prints. @source docs/reference/command-line.md, "Files" */
export interface Inspection {
  readonly container: string
  readonly durationSeconds: number
  readonly title?: string
  /** As an instant in UTC. */
  readonly created?: string
  /** Bits per second of the whole file; absent where it does not say. */
  readonly bitrate?: number
  readonly streams: ReadonlyArray<InspectedStream>
  readonly protection: ReadonlyArray<ProtectionReport>
  readonly names?: MediaDetails['names']
  readonly chapters?: ReadonlyArray<{ readonly seconds: number; readonly title: string }>
  readonly scripts?: ReadonlyArray<{ readonly seconds: number; readonly type: string; readonly text: string }>
  readonly attributes?: MediaDetails['attributes']
  readonly exclusions?: MediaDetails['exclusions']
  readonly priorities?: MediaDetails['priorities']
  readonly sharing?: MediaDetails['sharing']
  readonly links?: MediaDetails['links']
  readonly codecs?: MediaDetails['codecs']
  readonly packets?: MediaDetails['packets']
  readonly indexes?: MediaDetails['indexes']
  readonly objects?: MediaDetails['objects']
  readonly warnings: ReadonlyArray<{ readonly offset: number; readonly what: string }>
}

/** Says what walking through a file found. */
export const inspectionOf = (report: MediaReport): Inspection => {
  const { description, counts, duration, warnings, details } = report
  const protection = protectionReport(description)
  const bitrate = known(details?.bitrate)
  return {
    container: description.container,
    durationSeconds: duration / UNITS_PER_SECOND,
    ...(description.title === undefined ? {} : { title: description.title }),
    ...(details?.created === undefined ? {} : { created: new Date(details.created).toISOString() }),
    ...(bitrate === undefined ? {} : { bitrate }),
    streams: description.tracks.map((track) => streamOf(track, counts.find(({ number }) => number === track.number))),
    protection: protection.reports,
    ...(details === undefined ? {} : detailsOf(details)),
    warnings: [...warnings, ...protection.warnings],
  }
}

const U32_MAX = 0xffff_ffff

/** A writer that does not know writes 0 or all bits. */
const known = (bitrate: number | undefined): number | undefined =>
  bitrate === undefined || bitrate === 0 || bitrate === U32_MAX ? undefined : bitrate

const streamOf = (track: TrackDescription, count: TrackCount | undefined): InspectedStream => {
  const { number, kind, codec, encrypted, video, audio, averageFrameTime, language } = track
  const { samples = 0, bytes = 0, keyFrames = 0 } = count ?? {}
  const bitrate = known(track.bitrate)
  return {
    number,
    kind,
    codec,
    samples,
    bytes,
    keyFrames,
    encrypted,
    ...(bitrate === undefined ? {} : { bitrate }),
    ...(video ?? {}),
    ...(averageFrameTime > 0 ? { framesPerSecond: UNITS_PER_SECOND / averageFrameTime } : {}),
    ...(audio ?? {}),
    ...(language === undefined ? {} : { language }),
  }
}

const detailsOf = (details: MediaDetails): Partial<Inspection> => {
  const { names, chapters, scripts, attributes, exclusions, priorities, sharing, links, codecs, packets, indexes, objects } = details
  return {
    names,
    chapters: chapters.map(({ time, title }) => ({ seconds: time / UNITS_PER_SECOND, title })),
    scripts: scripts.map(({ time, type, text }) => ({ seconds: time / UNITS_PER_SECOND, type, text })),
    attributes,
    exclusions,
    priorities,
    sharing,
    links,
    codecs,
    ...(packets === undefined ? {} : { packets }),
    indexes,
    objects,
  }
}
