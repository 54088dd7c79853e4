import { newEvent } from '@custody/core/event'
import type { KeyId } from '@custody/core/identity'
import type { ExportDecision } from '@custody/core/transfer'
import { reserveCounters } from '@custody/core/vault'
import type { ProcessContext } from '@custody/core/process'
import type { DirectoryTarget, KeptFiles } from '@custody/pipeline/io'
import { createPool } from '@custody/pipeline/lease'
import type { MediaFile, MediaWarning } from '@custody/pipeline/media'
import {
  demuxContent,
  mux,
  restoreTimes,
  runPipeline,
  selectStreams,
  type MuxedTrack,
  type MuxEvent,
} from '@custody/pipeline/operators'
import { transcrypt } from '@custody/pipeline/operators/protection'

import type { Adapter, ExportScheme, TrackSignalling } from '../contract/adapter'
import type { AsfScheme } from '../systems/windows-media/asf-protection'
import { exportCheckpoints, type FileInProgress } from './export-checkpoints'
import { packageTexts } from './export-manifests'
import type { ExportPlan, PlannedTrack } from './export-plan'
import type { ExportRequest } from './export-request'
import { drain, record, step } from './run-process'
import { lazySink } from './lazy-sink'
import { noteDamage } from './note-damage'
import { keptDiffer, replayedSink, type ReplayedSink } from './replayed-sink'
import { protectTrack, type ProtectedTrack } from './track-protection'
import { TransferError } from './transfer-error'
import { ExportBegun, ExportEnded, transferStream } from './transfer-event'
import { UNFINISHED } from './unfinished-export'

/** An export that is authorised. */
export interface AuthorizedExport {
  readonly file: MediaFile
  readonly plan: ExportPlan
  readonly directory: DirectoryTarget
  readonly adapter: Adapter
  readonly scheme: ExportScheme
  /** The cipher that the source is under. */
  readonly sourceScheme: AsfScheme
  readonly decision: Extract<ExportDecision, { readonly type: 'Granted' }>
  readonly request: Pick<ExportRequest, 'salvage' | 'onProgress' | 'targetKeys' | 'pool' | 'checkpoints'>
  /** What a killed run left, which this one goes on with. */
  readonly kept?: KeptFiles
}

/** A planned track with its key, its counters, its signalling and its file. */
interface OpenTrack extends PlannedTrack {
  readonly keyId: KeyId
  readonly protection: ProtectedTrack
  readonly signalling: TrackSignalling
  readonly sink: ReplayedSink
}

/** Samples that one run sets aside under a target key; a fresh key serves one run. */
const RESERVED_SAMPLES = 1n << 28n
/** The same under a key that was given, of whose counters a home has 2^32. */
const RESERVED_SHARED_SAMPLES = 1n << 24n

/** Moves the samples and writes the package; answers false when it was cancelled on the way. */
export const exportSamples = async (context: ProcessContext, authorized: AuthorizedExport): Promise<boolean> => {
  const { adapter, scheme, decision, directory } = authorized
  const { useId, license } = decision
  const stream = transferStream(useId)
  const tracks = await openTracks(context, authorized)
  const opened = tracks.map(({ track, keyId }) => ({ number: track.number, keyId }))
  const begun = { useId, system: adapter.describe.name, scheme, keyId: license.keyId, tracks: opened }
  // A run that is gone on with has begun already.
  if (authorized.kept === undefined) await record(context, stream, newEvent(ExportBegun, begun))
  const written = await runSamples(context, authorized, tracks)
  if (written === undefined || context.isCancelled()) return false
  requireCaughtUp(tracks)
  const packaged = tracks.flatMap(({ track, keyId, signalling }) => {
    const found = written.find(({ number }) => number === track.number)
    return found === undefined ? [] : [{ written: found, keyId, signalling }]
  })
  const { title } = authorized.file.description
  const texts = packageTexts({ adapter, scheme, licenseId: license.lid, tracks: packaged, ...(title !== undefined && { title }) })
  await writeTexts(directory, texts)
  for (const { sink } of tracks) await step(sink.commit())
  if (context.isCancelled()) return false
  await step(directory.remove(UNFINISHED))
  await step(directory.commit())
  const ended = packaged.map(({ written: { number, kind, samples, bytes }, keyId }) => ({ number, kind, samples, bytes, keyId }))
  await record(context, stream, newEvent(ExportEnded, { useId, tracks: ended }))
  return true
}

const openTracks = async (context: ProcessContext, authorized: AuthorizedExport): Promise<ReadonlyArray<OpenTrack>> => {
  const { plan, decision, adapter, scheme, request } = authorized
  // A key that the user gives may serve other packages, and other homes, too.
  const shared = request.targetKeys !== undefined
  const count = shared ? RESERVED_SHARED_SAMPLES : RESERVED_SAMPLES
  const tracks: OpenTrack[] = []
  for (const [index, planned] of plan.tracks.entries()) {
    const keyId = decision.targets[decision.targets.length === 1 ? 0 : index]?.keyId
    if (keyId === undefined) throw new RangeError('a grant has one target key, or one for each track that was asked for')
    const counters = await step(reserveCounters(context.home)({ keyId, count, shared }))
    const signalling = adapter.signal({ keyId, scheme })
    const protection = protectTrack(scheme, planned, { counters, random: context.home.random })
    tracks.push({ ...planned, keyId, protection, signalling, sink: sinkFor(authorized, planned.file) })
  }
  return tracks
}

const sinkFor = ({ directory, kept }: AuthorizedExport, file: string): ReplayedSink =>
  replayedSink(lazySink(file, directory.file(file)), kept?.get(file) ?? 0)

/** A source that was changed, or other software, would give other bytes: those of the killed run do not fit them then. */
const requireCaughtUp = (tracks: ReadonlyArray<OpenTrack>): void => {
  const behind = tracks.find(({ sink }) => !sink.isCaughtUp())
  if (behind !== undefined) throw new TransferError(keptDiffer(behind.sink.place))
}

const runSamples = async (
  context: ProcessContext,
  { file, decision, scheme, sourceScheme, request }: AuthorizedExport,
  tracks: ReadonlyArray<OpenTrack>
): Promise<ReadonlyArray<MuxedTrack> | undefined> => {
  const pool = request.pool ?? createPool()
  let damage: ReadonlyArray<MediaWarning> = []
  const samples = runPipeline(
    pool,
    demuxContent(file, pool, {
      scheme: sourceScheme,
      salvage: request.salvage === true,
      onReport: ({ warnings }) => {
        damage = warnings
      },
    }),
    selectStreams(new Set(tracks.map(({ track }) => track.number))),
    transcrypt(decision.grant, {
      tracks: new Map(
        tracks.map(({ track, keyId, protection, form }) => [track.number, { ...protection.samples, keyId, form }])
      ),
    }),
    restoreTimes,
    mux({
      container: 'cmaf',
      tracks: new Map(
        tracks.map(({ track, keyId, file: name, sink, signalling, protection }) => [
          track.number,
          { file: name, sink, protection: { scheme, keyId, ...protection.file }, pssh: signalling.pssh },
        ])
      ),
    })
  )
  const savedAt = exportCheckpoints(context, { useId: decision.useId, every: request.checkpoints, files: filesOf(tracks) })
  const last = await drain<MuxEvent>(context, samples.pipe(savedAt), ({ samples: count, bytes }) =>
    request.onProgress?.({ samples: count, bytes, inputBytes: file.source.length })
  )
  if (last?.type !== 'Finished') return undefined
  await noteDamage(context, decision.useId, { salvaged: request.salvage === true, warnings: damage })
  return last.tracks
}

const filesOf = (tracks: ReadonlyArray<OpenTrack>): ReadonlyArray<FileInProgress> =>
  tracks.map(({ track: { number }, file, sink }) => ({ number, file, sink }))

const writeTexts = async (directory: DirectoryTarget, texts: ReadonlyMap<string, string>): Promise<void> => {
  const encoder = new TextEncoder()
  for (const [name, text] of texts) {
    const sink = await step(directory.file(name))
    await step(sink.write([encoder.encode(text)]))
    await step(sink.commit())
  }
}
