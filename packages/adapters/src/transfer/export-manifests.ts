import type { KeyId, LicenseId } from '@custody/core/identity'
import {
  buildHls,
  buildMpd,
  steadyFrameRate,
  type Presentation,
  type PresentationTrack,
  type PresentationVideo,
} from '@custody/pipeline/manifest'
import type { MuxedTrack } from '@custody/pipeline/operators'
import * as E from 'fp-ts/Either'

import type { Adapter, ExportScheme, TrackSignalling } from '../contract/adapter'

/** A track as it was written, with what its players are told. */
export interface PackagedTrack {
  readonly written: MuxedTrack
  readonly keyId: KeyId
  readonly signalling: TrackSignalling
}

/** A package whose media is written. */
export interface Package {
  readonly adapter: Adapter
  readonly scheme: ExportScheme
  readonly licenseId: LicenseId
  /** Of the source, where it has one. */
  readonly title?: string
  readonly tracks: ReadonlyArray<PackagedTrack>
}

/**
 * The text files of a package by name: manifests, playlists and `export.json`. None holds a key. There are no playlists where HLS
 * has no method for the scheme, or the system no line for a key: they would tell players that the samples are clear.
 */
export const packageTexts = (exported: Package): ReadonlyMap<string, string> => {
  const presentation = presentationOf(exported)
  const hls = buildHls(presentation)
  const playlists: ReadonlyArray<readonly [string, string]> = E.isLeft(hls)
    ? []
    : [['master.m3u8', hls.right.master], ...hls.right.media.map(({ name, text }) => [name, text] as const)]
  return new Map([
    ['manifest.mpd', buildMpd(presentation)],
    ...playlists,
    ['export.json', `${JSON.stringify(exportRecord(exported), undefined, 2)}\n`],
  ])
}

const mimeOf = ({ kind }: MuxedTrack): string => `${kind}/mp4`

/** What `export.json` holds. @source docs/reference/command-line.md, "Files" */
const exportRecord = ({ adapter, scheme, licenseId, tracks }: Package): unknown => ({
  system: adapter.describe.name,
  scheme,
  licenseId,
  tracks: tracks.map(({ written, keyId }) => ({
    file: written.file,
    kind: written.kind,
    mime: `${mimeOf(written)}; codecs="${written.codecs}"`,
    keyId,
  })),
})

const frameRateOf = ({ samples, end, timescale }: MuxedTrack): PresentationVideo['frameRate'] =>
  steadyFrameRate(samples, end / timescale)

const pictureOf = (video: PresentationVideo, frameRate: PresentationVideo['frameRate']): PresentationVideo => ({
  ...video,
  ...(frameRate === undefined ? {} : { frameRate }),
})

const presentationOf = ({ scheme, title, tracks }: Package): Presentation => ({
  ...(title === undefined ? {} : { title }),
  duration: Math.max(0, ...tracks.map(({ written }) => written.end / written.timescale)),
  tracks: tracks.map(({ written, keyId, signalling }): PresentationTrack => {
    const seconds = written.end / written.timescale
    return {
      file: written.file,
      kind: written.kind === 'video' ? 'video' : 'audio',
      mime: mimeOf(written),
      codecs: written.codecs,
      bitrate: seconds > 0 ? Math.round((written.bytes * BITS_PER_BYTE) / seconds) : 0,
      timescale: written.timescale,
      init: written.init,
      segments: written.segments.map((segment) => ({ ...segment, duration: Math.max(1, segment.duration) })),
      protection: { scheme, keyId, dash: signalling.dash, hls: signalling.hls },
      ...(written.language === undefined ? {} : { language: written.language }),
      ...(written.video === undefined ? {} : { video: pictureOf(written.video, frameRateOf(written)) }),
      ...(written.audio === undefined ? {} : { audio: written.audio }),
    }
  }),
})

const BITS_PER_BYTE = 8
