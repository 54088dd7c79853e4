import * as E from 'fp-ts/Either'

import type { SampleRanges } from '../../../cipher/common-encryption/sample-ranges'
import type { MalformedMedia, MediaFault } from '../../../fault/pipeline-fault'
import { bodyView, u64At, viewOf } from '../box-fields'
import { childOf, type Box } from '../box-tree'
import { malformed } from '../malformed'

/** What stands in the file for one protected sample. */
export interface SampleInfo {
  /** Empty where the vector is constant. */
  readonly iv: Uint8Array
  /** Absent where the whole sample is protected. */
  readonly ranges?: SampleRanges
}

/** Gives the information of the samples in order. */
export interface SampleInfoReader {
  /** @param ivSize bytes of the vector. @param size of the sample, which ranges must have. */
  readonly next: (ivSize: number, size: number) => E.Either<MediaFault, SampleInfo>
  /** Bytes of each vector, where the box says so itself (PIFF). */
  readonly ivSize?: number
}

const FULL = 4
const SUBSAMPLES = 0x2
/** PIFF: algorithm, vector size and key ID stand in front. */
const OVERRIDE = 0x1
const OVERRIDE_BYTES = 20
const RANGE = 6

const readRanges = (view: DataView, at: number, count: number): SampleRanges => {
  const clear = new Uint32Array(count)
  const covered = new Uint32Array(count)
  for (let run = 0; run < count; run += 1) {
    clear[run] = view.getUint16(at + RANGE * run)
    covered[run] = view.getUint32(at + RANGE * run + 2)
  }
  return { clear, protected: covered, first: 0, count }
}

const sumOf = ({ clear, protected: covered, count }: SampleRanges): number => {
  let sum = 0
  for (let run = 0; run < count; run += 1) sum += (clear[run] ?? 0) + (covered[run] ?? 0)
  return sum
}

interface Place {
  readonly view: DataView
  readonly bytes: Uint8Array
  /** Byte offset of `bytes` in the file. */
  readonly at: number
}

/** Reads the information of one sample at `from`. @returns it, and where it ends. */
const readOne = (
  { view, bytes, at }: Place,
  from: number,
  { ivSize, ranged, size }: { readonly ivSize: number; readonly ranged: boolean; readonly size: number }
): E.Either<MediaFault, { readonly info: SampleInfo; readonly end: number }> => {
  const short = (needs: number): MalformedMedia =>
    malformed(at + from, `${String(needs)} bytes of sample information`, `${String(bytes.length - from)} bytes`)
  const countAt = from + ivSize
  if (countAt + (ranged ? 2 : 0) > bytes.length) return E.left(short(ivSize + 2))
  const iv = bytes.slice(from, countAt)
  if (!ranged) return E.right({ info: { iv }, end: countAt })
  const count = view.getUint16(countAt)
  const end = countAt + 2 + RANGE * count
  if (end > bytes.length) return E.left(short(end - from))
  const ranges = readRanges(view, countAt + 2, count)
  if (count === 0) return E.right({ info: { iv }, end })
  const sum = sumOf(ranges)
  return sum === size
    ? E.right({ info: { iv, ranges }, end })
    : E.left(malformed(at + countAt, `ranges of ${String(size)} bytes together`, `${String(sum)} bytes`))
}

/** Reads a `senc`, PIFF's own included. @source ISO/IEC 23001-7, 7.2; PIFF 1.1, 5.3.2 */
const sencReader = (senc: Box): E.Either<MediaFault, SampleInfoReader> => {
  const front = bodyView(senc, FULL)
  if (E.isLeft(front)) return front
  const flags = front.right.getUint32(0)
  const overrides = (flags & OVERRIDE) !== 0
  const countAt = FULL + (overrides ? OVERRIDE_BYTES : 0)
  const body = bodyView(senc, countAt + 4)
  if (E.isLeft(body)) return body
  const place = { view: body.right, bytes: senc.body, at: senc.bodyAt }
  let [left, from] = [body.right.getUint32(countAt), countAt + 4]
  return E.right({
    ...(overrides && { ivSize: body.right.getUint8(FULL + 3) }),
    next: (ivSize, size) => {
      if (left === 0) return E.left(malformed(senc.bodyAt + countAt, 'information for each sample', 'fewer samples in senc'))
      left -= 1
      const one = readOne(place, from, { ivSize, ranged: (flags & SUBSAMPLES) !== 0, size })
      if (E.isRight(one)) from = one.right.end
      return E.map(({ info }: { readonly info: SampleInfo }) => info)(one)
    },
  })
}

interface Sizes {
  readonly of: (sample: number) => number
  readonly count: number
}

const readSaiz = (saiz: Box): E.Either<MediaFault, Sizes> => {
  const front = bodyView(saiz, FULL)
  if (E.isLeft(front)) return front
  const at = FULL + ((front.right.getUint32(0) & 1) === 0 ? 0 : 8)
  const body = bodyView(saiz, at + 5)
  if (E.isLeft(body)) return body
  const [one, count] = [body.right.getUint8(at), body.right.getUint32(at + 1)]
  if (one !== 0) return E.right({ of: () => one, count })
  const whole = bodyView(saiz, at + 5 + count)
  return E.map((view: DataView): Sizes => ({ of: (sample) => view.getUint8(at + 5 + sample), count }))(whole)
}

const readSaio = (saio: Box): E.Either<MediaFault, number> => {
  const front = bodyView(saio, FULL)
  if (E.isLeft(front)) return front
  const at = FULL + ((front.right.getUint32(0) & 1) === 0 ? 0 : 8)
  const long = saio.body[0] === 1
  const body = bodyView(saio, at + 4 + (long ? 8 : 4))
  if (E.isLeft(body)) return body
  const entries = body.right.getUint32(at)
  if (entries !== 1) return E.left({ type: 'UnsupportedMedia', at: saio.at, what: `sample information in ${String(entries)} places` })
  return E.right(long ? u64At(body.right, at + 4) : body.right.getUint32(at + 4))
}

/** The bytes of a header box, `moof` or `moov`, from its own header on. */
export interface HeaderBytes {
  readonly bytes: Uint8Array
  /** Byte offset in the file. */
  readonly at: number
}

/** By `saiz` and `saio`, for files without `senc`. @source ISO/IEC 14496-12, 8.7.8 and 8.7.9 */
const auxiliaryReader = (
  { saiz, saio }: { readonly saiz: Box; readonly saio: Box },
  base: number,
  header: HeaderBytes
): E.Either<MediaFault, SampleInfoReader> => {
  const sizes = readSaiz(saiz)
  if (E.isLeft(sizes)) return sizes
  const offset = readSaio(saio)
  if (E.isLeft(offset)) return offset
  let from = base + offset.right - header.at
  if (from < 0 || from > header.bytes.length) {
    return E.left({ type: 'UnsupportedMedia', at: saio.at, what: 'sample information outside of its fragment' })
  }
  const place = { view: viewOf(header.bytes), ...header }
  let sample = 0
  return E.right({
    next: (ivSize, size) => {
      if (sample >= sizes.right.count) return E.left(malformed(saiz.bodyAt, 'information for each sample', 'fewer samples in saiz'))
      const bytes = sizes.right.of(sample)
      sample += 1
      const one = readOne(place, from, { ivSize, ranged: bytes > ivSize, size })
      if (E.isRight(one)) from = one.right.end
      return E.map(({ info }: { readonly info: SampleInfo }) => info)(one)
    },
  })
}

/**
 * Finds the information of the protected samples of a `traf`, or of a `trak` with its sample table; nothing where there is none.
 *
 * @param base what offsets are counted from.
 */
export const readSampleInfo = (container: Box, base: number, header: HeaderBytes): E.Either<MediaFault, SampleInfoReader | undefined> => {
  const senc = childOf(container, 'senc')
  if (senc !== undefined) return sencReader(senc)
  const [saiz, saio] = [childOf(container, 'saiz'), childOf(container, 'saio')]
  return saiz === undefined || saio === undefined ? E.right(undefined) : auxiliaryReader({ saiz, saio }, base, header)
}
