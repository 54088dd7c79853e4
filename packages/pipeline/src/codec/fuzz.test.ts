import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { runs } from '../../../../test/gate/runs'
import { isSpread, orderSpread, parseAudioSpread } from '../asf/stream/audio-spread'
import { parseFileFormat } from '../asf/stream/file-format'
import { parseImageFormat } from '../asf/stream/image-format'
import { parseVideoFormat } from '../asf/stream/video-format'
import { parseWaveFormat } from '../asf/stream/wave-format'
import { PipelineError } from '../fault/pipeline-error'
import type { PipelineFault } from '../fault/pipeline-fault'
import { readBoxTree } from '../isobmff/read/box-tree'
import { readSampleEntry } from '../isobmff/read/sample-entry-reader'
import { box } from '../isobmff/write/box'
import type { TrackDescription } from '../media/media-description'
import { cmafCodec } from '../operators/mux/cmaf-codec'
import { aacCodecString } from './aac/aac-codec-string'
import { parseAudioSpecificConfig } from './aac/audio-specific-config'
import { dac3Of, parseAc3Frame } from './ac3/ac3-frame'
import { eac3Configuration } from './ac3/dec3'
import { readDfla, readStreamInfo, writeDfla } from './flac/stream-info'
import { readDops, readOpusHead, writeDops, writeOpusHead } from './opus/opus-head'
import { checkFault } from './testing/checked-fault'
import {
  AAC_CONFIGURATIONS,
  AC3_FRAME,
  EAC3_SAMPLE,
  ENTRY_FRONTS,
  FILE_FORMAT,
  FLAC_HEADERS,
  OPUS_HEADS,
  SAMPLE_ENTRIES,
  SPREAD_FORMAT,
  VC1_HEADERS,
  VIDEO_FORMAT,
  WAVE_FORMATS,
} from './testing/codec-samples'
import { mutatedUnits } from './testing/mutated-units'
import { withinBounds } from './testing/within-bounds'
import { readDvc1, writeDvc1 } from './vc1/dvc1'
import { buildWaveFormat } from './wma/build-wave-format'

/** The share of these parsers together in the everyday thousand. */
const EVERYDAY = 120

/** Checks the value, where there is one, and the fault where there is none. */
const either = <A>(format: string, read: (bytes: Uint8Array) => E.Either<PipelineFault, A>, check: (value: A) => void) =>
  (bytes: Uint8Array): void => {
    const found = read(bytes)
    if (E.isRight(found)) check(found.right)
    else checkFault(found.left, format, bytes.length)
  }

/** The rate and the programs that the body of `dec3` says, and how many bytes those take. @source ETSI TS 102 366, F.6 */
const dec3Facts = (dec3: Uint8Array): { readonly rate: number; readonly bytes: number } => {
  const text = Array.from(dec3, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const number = (at: number, bits: number): number => parseInt(text.slice(at, at + bits), 2)
  let at = 16
  for (let program = 0; program <= number(13, 3); program += 1) at += number(at + 19, 4) > 0 ? 32 : 24
  return { rate: number(0, 13), bytes: Math.ceil(at / 8) }
}

/** Makes the track of a sample entry into one that is written, as an export does. */
const writtenAgain = (track: Partial<TrackDescription>): void => {
  try {
    cmafCodec({ number: 1, kind: 'audio', codec: '', codecPrivate: new Uint8Array(), bitrate: 0, ...track } as TrackDescription)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    expect(error.fault.type).toBe('UnsupportedMedia')
  }
}

const ENTRY_AT = 500

/** An entry in bytes that may be anything, at its place in a file. */
const readEntry = (bytes: Uint8Array, kind: 'video' | 'audio', quickTime: boolean): void => {
  const tree = readBoxTree({ bytes, at: ENTRY_AT, length: bytes.length, depth: 6 })
  const entries = E.isRight(tree) ? tree.right.boxes.map((entry) => readSampleEntry(entry, kind, quickTime)) : [tree]
  for (const fields of entries) {
    if (E.isRight(fields)) {
      if ('codec' in fields.right) writtenAgain({ ...fields.right, kind })
      continue
    }
    const { at } = fields.left
    expect(at).toBeGreaterThanOrEqual(ENTRY_AT)
    checkFault({ ...fields.left, at: Number(at) - ENTRY_AT }, 'mp4', bytes.length)
  }
}

type Read = (bytes: Uint8Array, choice: number) => void

/** What each parser is given before it is changed, and what must hold of its answer. */
const PARSERS: Readonly<Record<string, { readonly whole: ReadonlyArray<Uint8Array>; readonly read: Read }>> = {
  'AudioSpecificConfig': {
    whole: AAC_CONFIGURATIONS,
    read: either('aac', parseAudioSpecificConfig, (config) => {
      expect(Math.min(config.channels, config.sampleRate)).toBeGreaterThan(0)
      expect(aacCodecString(config)).toMatch(/^mp4a\.40\.\d{1,2}$/)
    }),
  },
  'frames of AC-3': {
    whole: [AC3_FRAME],
    read: either('ac3', parseAc3Frame, (found) => {
      expect(dac3Of(found)).toHaveLength(3)
      expect(found.bitrate).toBeGreaterThanOrEqual(32_000)
    }),
  },
  'frames of Enhanced AC-3': {
    whole: [EAC3_SAMPLE],
    read: either('ac3', eac3Configuration, ({ dec3, bitrate }) => {
      expect(dec3Facts(dec3)).toEqual({ rate: Math.ceil(bitrate / 1000), bytes: dec3.length })
    }),
  },
  'OpusHead': {
    whole: OPUS_HEADS,
    read: either('opus', readOpusHead, (head) => {
      expect(readOpusHead(writeOpusHead(head))).toEqual(E.right(head))
      expect(readDops(writeDops(head))).toEqual(E.right(head))
    }),
  },
  'STREAMINFO': {
    whole: FLAC_HEADERS,
    read: either('flac', readStreamInfo, (info) => expect(readDfla(writeDfla(info))).toEqual(E.right(info))),
  },
  'sequence headers of VC-1': {
    whole: [VC1_HEADERS],
    read: either('vc1', writeDvc1, (body) => expect(body.subarray(7)).toEqual(readDvc1(body))),
  },
  'WAVEFORMATEX': {
    whole: WAVE_FORMATS,
    read: (bytes) => {
      const wave = parseWaveFormat(bytes)
      if (wave === undefined) return
      const { tag, privateData, bytesPerSecond, ...audio } = wave
      const again = parseWaveFormat(buildWaveFormat({ tag: tag === 0xfffe ? 0x161 : tag, audio, bitrate: 8 * bytesPerSecond, privateData }))
      expect(again).toEqual({ ...wave, tag: tag === 0xfffe ? 0x161 : tag })
      writtenAgain({ codec: 'wmav2', codecPrivate: privateData, audio })
    },
  },
  'formats of pictures, files and spread sound in ASF': {
    whole: [VIDEO_FORMAT, FILE_FORMAT, SPREAD_FORMAT],
    read: (bytes) => {
      const video = parseVideoFormat(bytes)
      if (video !== undefined) writtenAgain({ kind: 'video', codec: 'vc1', codecPrivate: video.privateData })
      expect((video?.privateData ?? bytes).length).toBeLessThanOrEqual(bytes.length)
      expect((parseFileFormat(bytes)?.format ?? bytes).length).toBeLessThanOrEqual(bytes.length)
      expect(parseImageFormat(bytes) === undefined).toBe(bytes.length < 8)
      const spread = parseAudioSpread(bytes)
      if (spread === undefined) return
      const stored = Uint8Array.from({ length: Math.min(spread.span * spread.packet, 4096) }, (_, at) => at * 7)
      const into = new Uint8Array(stored.length)
      expect(orderSpread(spread, stored, into)).toBe(isSpread(spread, stored.length))
      if (isSpread(spread, stored.length)) expect(into.toSorted()).toEqual(stored.toSorted())
    },
  },
  'the configuration in a sample entry of MP4': {
    whole: SAMPLE_ENTRIES.map(([, , configuration]) => configuration),
    read: (bytes, choice) => {
      const [kind = 'audio', type = ''] = SAMPLE_ENTRIES[choice % SAMPLE_ENTRIES.length] ?? []
      readEntry(box(type, new Uint8Array(ENTRY_FRONTS[kind]), bytes), kind, choice % 2 === 0)
    },
  },
  'a sample entry of MP4': {
    whole: SAMPLE_ENTRIES.map(([kind, type, configuration]) => box(type, new Uint8Array(ENTRY_FRONTS[kind]), configuration)),
    read: (bytes, choice) => readEntry(bytes, choice % 3 === 0 ? 'video' : 'audio', choice % 2 === 0),
  },
}

describe.each(Object.entries(PARSERS))('mutated %s', (_, { whole, read }) => {
  it('are read, or refused with a fault that says where, in bounded time and memory', () => {
    const changed = mutatedUnits(fc.nat(whole.length - 1).map((index) => whole.slice(index, index + 1)))
    fc.assert(
      fc.property(changed, fc.nat(), (inputs, choice) => {
        withinBounds(() => inputs.forEach((bytes) => read(bytes, choice)))
      }),
      { numRuns: runs(EVERYDAY / Object.keys(PARSERS).length) }
    )
  })
})

describe('what is not mutated', () => {
  it('is read by all of them', () => {
    for (const bytes of AAC_CONFIGURATIONS) expect(parseAudioSpecificConfig(bytes)).toMatchObject(E.right({ channels: expect.any(Number) }))
    expect(parseAc3Frame(AC3_FRAME)).toMatchObject(E.right({ bitrate: 448_000 }))
    expect(E.isRight(eac3Configuration(EAC3_SAMPLE))).toBe(true)
    for (const bytes of OPUS_HEADS) expect(readOpusHead(bytes)).toMatchObject(E.right({ inputRate: 48_000 }))
    for (const bytes of FLAC_HEADERS) expect(readStreamInfo(bytes)).toMatchObject(E.right({ sampleRate: 44_100 }))
    expect(writeDvc1(VC1_HEADERS)).toMatchObject(E.right(expect.any(Uint8Array)))
    expect(WAVE_FORMATS.map((bytes) => parseWaveFormat(bytes)?.tag)).toEqual([0x161, 0x162])
    expect(parseVideoFormat(VIDEO_FORMAT)?.privateData).toEqual(VC1_HEADERS)
    expect(parseFileFormat(FILE_FORMAT)?.format).toEqual(Uint8Array.of(0xab, 0xcd))
    expect(parseAudioSpread(SPREAD_FORMAT)).toEqual({ span: 5, packet: 32, chunk: 8 })
    for (const [kind, type, configuration] of SAMPLE_ENTRIES) {
      const bytes = box(type, new Uint8Array(ENTRY_FRONTS[kind]), configuration)
      const tree = readBoxTree({ bytes, at: 0, length: bytes.length, depth: 6 })
      const [entry] = E.isRight(tree) ? tree.right.boxes : []
      const fields = entry === undefined ? undefined : readSampleEntry(entry, kind, false)
      expect(fields !== undefined && E.isRight(fields) && fields.right.codecPrivate.length).toBeGreaterThan(0)
    }
  })
})
