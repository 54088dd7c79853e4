import type { KeyId } from '@custody/core/identity'
import type { Grant } from '@custody/core/transfer'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import { fixtureNamed } from '../../asf/testing/fixtures'
import { memorySink } from '../../asf/testing/memory-sink'
import { memorySource } from '../../asf/testing/memory-source'
import type { Clear, Content } from '../../batch/state'
import { readingSink, type ReadRow } from '../../batch/testing/read-batch'
import type { ProtectionScheme, TrackProtection } from '../../isobmff/write/mp4-track'
import { branch } from '../../lease/branch'
import type { Sink } from '../../lease/operator'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import type { TrackDescription } from '../../media/media-description'
import { openMedia, type MediaFile } from '../../media/media-file'
import type { AsfFile } from '../../media/open-asf'
import { demuxClear, demuxContent } from '../demux'
import { asfModel } from '../mux/asf-model'
import { mux, type MuxEvent } from '../mux/mux'
import { protect } from '../protection/protect'
import type { TargetProtection } from '../protection/target-protection'
import type { GivenKey, TemporaryHome } from '../protection/testing/temporary-home'
import { succeed } from '../protection/testing/temporary-home'
import { transcrypt } from '../protection/transcrypt'
import { mp4Form, type TranscryptTrack } from '../protection/transcrypt-target'
import { restoreTimes } from '../restore-times'

/** The ciphers of ASF. */
export type AsfScheme = 'mce' | 'cocktail'

/** A key of a length that the cipher takes. */
export const keyFor = (scheme: AsfScheme): GivenKey => ({
  keyId: (scheme === 'mce' ? '0a' : '0b').repeat(16) as KeyId,
  key: scheme === 'mce' ? '5a'.repeat(8) + 'c3'.repeat(8) : '07'.repeat(3) + '5e'.repeat(4),
})

/** The key of each track in MP4, by its number. */
export const trackKey = (number: number): GivenKey => ({
  keyId: number.toString(16).padStart(2, '0').repeat(16) as KeyId,
  key: (0x40 + number).toString(16).repeat(16),
})

const VECTOR = Uint8Array.from({ length: 16 }, (_, index) => 0xf0 ^ index)
const COUNTERS = { from: 1n, to: 1n << 30n }
const NEW_FILE = {
  protectionObjects: [],
  extensionObjects: [],
  fileId: new Uint8Array(16).fill(0xab),
  creationTime: 133_500_000_000_000_000n,
}

const asfTarget = (scheme: AsfScheme, packetSize: number): TargetProtection & { readonly scheme: AsfScheme } =>
  scheme === 'mce' ? { scheme, counters: COUNTERS } : { scheme, packetSize }

/** Opens a file of any container in memory. */
export const fileIn = (bytes: Uint8Array): Promise<MediaFile> => succeed(openMedia(memorySource(bytes)))

/** A clear file, protected by the pipeline itself. */
export const protectAsf = async (
  place: TemporaryHome,
  file: AsfFile,
  scheme: AsfScheme,
  packetSize = file.header.file.packetSize
): Promise<Uint8Array> => {
  const { keyId, key } = keyFor(scheme)
  const { grant } = await place.protection(await place.license(keyId, key))
  const pool = createPool()
  const { sink, bytes } = asfLeg(grant, file, scheme, packetSize)
  await lastValueFrom(runPipeline(pool, demuxClear(file, pool), sink).pipe(toArray()))
  expect(poolStatus(pool).out).toBe(0)
  return bytes()
}

/** From clear samples to a protected ASF file. */
export const asfLeg = (
  grant: Grant,
  file: AsfFile,
  scheme: AsfScheme,
  packetSize = file.header.file.packetSize
): { readonly sink: Sink<Clear, MuxEvent>; readonly bytes: () => Uint8Array } => {
  const sink = memorySink()
  const target = { container: 'asf', sink, model: file, scheme, packetSize, ...NEW_FILE } as const
  const { keyId } = keyFor(scheme)
  return { sink: branch(protect(grant, { keyId, ...asfTarget(scheme, packetSize) }), mux(target)), bytes: sink.bytes }
}

/** A fixture, protected by the pipeline itself. */
export const protectFixture = async (
  place: TemporaryHome,
  name: string,
  scheme: AsfScheme,
  packetSize?: number
): Promise<Uint8Array> =>
  protectAsf(place, (await fileIn(fixtureNamed(name).bytes())) as AsfFile, scheme, packetSize)

const isNal = (track: TrackDescription): boolean => mp4Form(track) !== 'whole'

/** How packagers protect a track under a scheme. */
const mp4Protection = (scheme: ProtectionScheme, track: TrackDescription): TargetProtection & TrackProtection => {
  const { keyId } = trackKey(track.number)
  const pattern = isNal(track) ? { pattern: { crypt: 1, skip: 9 } } : {}
  switch (scheme) {
    case 'cenc':
      return { scheme, keyId, ivSize: 8, counters: COUNTERS }
    case 'cens':
      return { scheme, keyId, ivSize: 8, counters: COUNTERS, ...pattern }
    case 'cbc1':
      return { scheme, keyId, ivSize: 16, counters: COUNTERS }
    case 'cbcs':
      return { scheme, keyId, ivSize: 0, constantIv: VECTOR, ...pattern }
  }
}

/** Opens the protected media of a home's own license to keys of other systems. */
const exporting = async (place: TemporaryHome, source: GivenKey, targets: ReadonlyArray<GivenKey>) => {
  await place.license(source.keyId, source.key)
  return (await place.exporting(source.keyId, targets)).grant
}

/** A fragmented file for each track of a protected ASF file. */
export const asfToMp4 = async (
  place: TemporaryHome,
  asf: Uint8Array,
  { from, to }: { readonly from: AsfScheme; readonly to: ProtectionScheme }
): Promise<ReadonlyMap<number, Uint8Array>> => {
  const file = await fileIn(asf)
  const tracks = [...file.tracks.values()]
  const grant = await exporting(place, keyFor(from), tracks.map(({ number }) => trackKey(number)))
  const pool = createPool()
  const { sink, bytes } = mp4Leg(grant, tracks, to)
  await lastValueFrom(runPipeline(pool, demuxContent(file, pool, { scheme: from }), sink).pipe(toArray()))
  expect(poolStatus(pool).out).toBe(0)
  return bytes()
}

/** From protected samples to a fragmented file for each track. */
export const mp4Leg = (
  grant: Grant,
  tracks: ReadonlyArray<TrackDescription>,
  to: ProtectionScheme
): { readonly sink: Sink<Content, MuxEvent>; readonly bytes: () => ReadonlyMap<number, Uint8Array> } => {
  const outputs = tracks.map((track) => ({ track, sink: memorySink(), protection: mp4Protection(to, track) }))
  const targets = outputs.map(({ track, protection }): readonly [number, TranscryptTrack] => [
    track.number,
    { ...protection, keyId: trackKey(track.number).keyId, form: mp4Form(track) },
  ])
  const files = outputs.map(({ track: { number }, sink, protection }) => [number, { file: '', sink, protection, pssh: [] }] as const)
  const written = mux({ container: 'cmaf', tracks: new Map(files) })
  return {
    sink: branch(transcrypt(grant, { tracks: new Map(targets) }), restoreTimes, written),
    bytes: () => new Map(outputs.map(({ track: { number }, sink }) => [number, sink.bytes()])),
  }
}

/** A protected ASF file of the tracks of a protected MP4 file, whose keys are those given: an import. */
export const mp4ToAsf = async (
  place: TemporaryHome,
  mp4: Uint8Array,
  { sources, to, packetSize = 3200 }: { readonly sources: ReadonlyArray<GivenKey>; readonly to: AsfScheme; readonly packetSize?: number }
): Promise<Uint8Array> => {
  const file = await fileIn(mp4)
  const model = asfModel(file, { packetSize })
  if (E.isLeft(model)) throw new Error(JSON.stringify(model.left))
  const { keyId, key } = keyFor(to)
  const grant = await place.importing(await place.license(keyId, key), sources, to)
  const pool = createPool()
  const sink = memorySink()
  const step = 1n << 20n
  const tracks = [...file.tracks.keys()].map((number, index): readonly [number, TranscryptTrack] => [
    number,
    to === 'mce'
      ? { scheme: to, keyId, form: 'whole', counters: { from: 1n + BigInt(index) * step, to: BigInt(index + 1) * step } }
      : { scheme: to, keyId, form: 'whole', packetSize },
  ])
  const run = runPipeline(
    pool,
    demuxContent(file, pool),
    transcrypt(grant, { tracks: new Map(tracks) }),
    mux({ container: 'asf', sink, model: model.right, scheme: to, packetSize, ...NEW_FILE })
  )
  await lastValueFrom(run.pipe(toArray()))
  expect(poolStatus(pool).out).toBe(0)
  return sink.bytes()
}

/** The samples of a protected file as they stand. */
export const rowsOf = async (bytes: Uint8Array, scheme: AsfScheme = 'mce'): Promise<ReadonlyArray<ReadRow>> => {
  const file = await fileIn(bytes)
  const pool = createPool()
  return (await lastValueFrom(runPipeline(pool, demuxContent(file, pool, { scheme }), readingSink()).pipe(toArray()))).flat()
}
