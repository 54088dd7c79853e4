import { fourcc } from '../fourcc'
import { idBytes } from '../hex-id'
import { PIFF_IDS } from '../piff-ids'
import { auxiliarySize, CLEAR_MAX, entryCount, UUID_BYTES } from './auxiliary-layout'
import type { AuxiliaryLayout } from './auxiliary-layout'
import { put16, put32, put64, put8, putBox, putFullBox } from './byte-cursor'
import type { ByteCursor } from './byte-cursor'
import type { FragmentCrypto } from './fragment'

const SAIZ = fourcc('saiz')
const SAIO = fourcc('saio')
const SENC = fourcc('senc')
const UUID = fourcc('uuid')
const PIFF_SENC = idBytes(PIFF_IDS.senc)
/** From the start of `senc` to the first IV: header, version and flags, count. */
const SENC_FRONT = 16
/** @source ISO/IEC 23001-7, 7.2.2 */
const HAS_SUBSAMPLES = 2

const writeSaiz = (cursor: ByteCursor, crypto: FragmentCrypto, count: number, layout: AuxiliaryLayout): void => {
  putFullBox(cursor, layout.saizBytes, SAIZ, 0, 0)
  put8(cursor, layout.sampleBytes)
  put32(cursor, count)
  for (let sample = 0; layout.sampleBytes === 0 && sample < count; sample += 1) {
    put8(cursor, auxiliarySize(crypto, sample))
  }
}

/** One offset, to the first IV in `senc`, which stands behind. */
const writeSaio = (cursor: ByteCursor, { saioBytes, longOffset }: AuxiliaryLayout, base: number, isPiff: boolean): void => {
  const firstIv = base + cursor.at + saioBytes + SENC_FRONT + (isPiff ? UUID_BYTES : 0)
  putFullBox(cursor, saioBytes, SAIO, longOffset ? 1 : 0, 0)
  put32(cursor, 1)
  if (longOffset) put64(cursor, firstIv)
  else put32(cursor, firstIv)
}

const writeRun = (cursor: ByteCursor, clear: number, covered: number): void => {
  let rest = clear
  for (; rest > CLEAR_MAX; rest -= CLEAR_MAX) {
    put16(cursor, CLEAR_MAX)
    put32(cursor, 0)
  }
  put16(cursor, rest)
  put32(cursor, covered)
}

const writeRuns = (cursor: ByteCursor, crypto: FragmentCrypto, sample: number): void => {
  const { subsamples } = crypto
  if (subsamples === undefined) return
  put16(cursor, entryCount(crypto, sample))
  const end = subsamples.first[sample + 1] ?? 0
  for (let run = subsamples.first[sample] ?? end; run < end; run += 1) {
    writeRun(cursor, subsamples.clear[run] ?? 0, subsamples.protected[run] ?? 0)
  }
}

const writeSenc = (cursor: ByteCursor, crypto: FragmentCrypto, count: number, layout: AuxiliaryLayout): void => {
  const { ivSize, ivs, subsamples, isPiff } = crypto
  const flags = subsamples === undefined ? 0 : HAS_SUBSAMPLES
  if (isPiff === true) {
    putBox(cursor, layout.sencBytes, UUID)
    cursor.bytes.set(PIFF_SENC, cursor.at)
    cursor.at += UUID_BYTES
    put32(cursor, flags) // version 0
  } else putFullBox(cursor, layout.sencBytes, SENC, 0, flags)
  put32(cursor, count)
  for (let sample = 0; sample < count; sample += 1) {
    for (let index = sample * ivSize; index < (sample + 1) * ivSize; index += 1) put8(cursor, ivs[index] ?? 0)
    writeRuns(cursor, crypto, sample)
  }
}

/**
 * Writes `saiz` and `saio`, where there is something to point at, and `senc`.
 *
 * @param base what is added to the place of the cursor: 0 where offsets are from the start of its `moof`.
 */
export const writeSampleEncryption = (
  cursor: ByteCursor,
  crypto: FragmentCrypto,
  count: number,
  layout: AuxiliaryLayout,
  base = 0
): void => {
  if (layout.saizBytes > 0) {
    writeSaiz(cursor, crypto, count, layout)
    writeSaio(cursor, layout, base, crypto.isPiff === true)
  }
  writeSenc(cursor, crypto, count, layout)
}
