import * as E from 'fp-ts/Either'

import { composeAsfHeader } from '../../asf/write/compose-header'
import { createAsfWriter } from '../../asf/write/create-asf-writer'
import { createUnitPlanner } from '../../asf/write/plan-units'
import type { TrackDescription } from '../../media/media-description'
import { SAMPLE_KEY } from '../../media/sample-receiver'
import { keepingSink } from '../run/keeping-sink'
import { must } from '../run/must'
import { sampleBytes, type MadeMedia } from './made-media'
import { coveredSample, sourceVector, type SourceCover } from './source-cover'

/** How an ASF file is made. */
export interface MadeAsf {
  /** Bytes of a packet. */
  readonly packetSize: number
  /** Nothing: the owner's clear file. */
  readonly cover?: SourceCover | undefined
}

const FILE_ID = new Uint8Array(16).fill(0xab)
const CREATED = 133_500_000_000_000_000n
const SHORT_VECTOR = 8
const NO_SETS = new Uint8Array()

/** An ASF file with these samples, clear or under one of ASF's ciphers. */
export const madeAsf = async ({ tracks, samples }: MadeMedia, { packetSize, cover }: MadeAsf): Promise<Uint8Array> => {
  const header = composeAsfHeader({ tracks: tracks.map(withoutRecord) }, { packetSize })
  if (E.isLeft(header)) throw new Error(header.left.type)
  const sink = keepingSink()
  const numbers = new Set(cover === undefined ? [] : tracks.map(({ number }) => number))
  const writer = createAsfWriter({
    sink,
    header: header.right,
    packetSize,
    fileId: FILE_ID,
    creationTime: CREATED,
    encryptedStreams: numbers,
    sampleIds: cover?.scheme === 'mce' ? numbers : new Set(),
    protectionObjects: [],
    extensionObjects: [],
  })
  await must(writer.begin())
  const planner = createUnitPlanner(packetSize)
  for (const [index, sample] of samples.entries()) {
    const { track, decodeTime, key, content } = sample
    const clear = sampleBytes(sample, 'asf')
    const units = cover?.scheme === 'cocktail' ? planner.next(clear.length, !Array.isArray(content)) : undefined
    const iv = sourceVector(index)
    const ranges = units === undefined ? undefined : Array.from(units.protected, (unit) => [0, unit] as const)
    const bytes = cover === undefined ? clear : coveredSample(clear, cover, { iv, ranges })
    const own = { stream: track, bytes, offset: 0, size: bytes.length, time: decodeTime, flags: key ? SAMPLE_KEY : 0 }
    writer.addSample({
      ...own,
      ...(cover?.scheme === 'mce' && { sampleId: iv.subarray(0, SHORT_VECTOR), sampleIdOffset: 0 }),
      ...(units !== undefined && { units: units.protected }),
    })
    await must(writer.flush())
  }
  await must(writer.finish())
  return sink.bytes()
}

/** Samples with start codes go with private data that is no record; their sets stand in the samples. */
const withoutRecord = (track: TrackDescription): TrackDescription => (track.kind === 'video' ? { ...track, codecPrivate: NO_SETS } : track)
