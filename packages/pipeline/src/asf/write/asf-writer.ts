import type { TaskEither } from 'fp-ts/TaskEither'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSink } from '../../io/byte-sink'
import type { AsfHeader } from '../header/asf-header'
import type { HeaderChanges } from './header-changes'

/** What a file is made of besides its samples. */
export interface AsfWriterOptions extends HeaderChanges {
  readonly sink: ByteSink
  /** Template: metadata, markers, languages and unknown objects are carried over. */
  readonly header: AsfHeader
  /** Bytes, 64 to 65 536; that of the template by default. */
  readonly packetSize?: number
  /** 16 random bytes. */
  readonly fileId: Uint8Array
  /** 100 ns units since 1601-01-01 UTC. */
  readonly creationTime: bigint
}

/** One sample in memory of the caller. */
export interface AsfSample {
  /** Stream number; the template must describe it. */
  readonly stream: number
  readonly bytes: Uint8Array
  readonly offset: number
  readonly size: number
  /** 100 ns units, without preroll; rounded to milliseconds. */
  readonly time: number
  /** `SAMPLE_KEY` or 0. */
  readonly flags: number
  /** 8 bytes at `sampleIdOffset`, for the streams named in `sampleIds`. */
  readonly sampleId?: Uint8Array
  readonly sampleIdOffset?: number
  /**
   * Lengths of the units of a cipher that works on payloads, adding up to `size`. Each becomes one payload, none
   * larger than `largestUnit(stream)`.
   */
  readonly units?: ArrayLike<number>
}

/** What was written. */
export interface AsfWriteReport {
  readonly packets: number
  /** Bytes of the whole file. */
  readonly bytes: number
  /** 100 ns units, without preroll. */
  readonly duration: number
  /** Samples without bytes, which a packet cannot hold. */
  readonly emptySamples: number
  /** What the template had and the file has not. */
  readonly losses: ReadonlyArray<string>
}

/** Writes one ASF file: `begin`, samples with a `flush` now and then, `finish`. */
export interface AsfWriter {
  /** Writes the header, with counts that say nothing yet. */
  readonly begin: () => TaskEither<PipelineFault, void>
  /** Copies the sample into packets. Not while a `flush` is under way. Samples of a stream come in decode order. */
  readonly addSample: (sample: AsfSample) => void
  /** Writes the packets that are full. */
  readonly flush: () => TaskEither<PipelineFault, void>
  /** Writes the last packet and the index, and puts the counts in the header. The sink is not committed. */
  readonly finish: () => TaskEither<PipelineFault, AsfWriteReport>
  /** Bytes of the largest payload of a stream. */
  readonly largestUnit: (stream: number) => number
}
