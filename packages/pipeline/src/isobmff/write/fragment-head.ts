import { fourcc } from '../fourcc'
import { byteCursor, put32, put64, putBox, putFullBox } from './byte-cursor'
import type { ByteCursor } from './byte-cursor'
import type { Fragment } from './fragment'
import { TFHD, TRUN } from './fragment-layout'
import type { FragmentLayout } from './fragment-layout'
import { writeSampleEncryption } from './sample-encryption'

const BOX_HEADER = 8
const MFHD_BYTES = 16
const TFDT_BYTES = 20
/** 64-bit decode time. */
const TFDT_VERSION = 1
/** Signed composition offsets. */
const TRUN_VERSION = 1
const MOOF = fourcc('moof')
const MFHD = fourcc('mfhd')
const TRAF = fourcc('traf')
const TFHD_TYPE = fourcc('tfhd')
const TFDT = fourcc('tfdt')
const TRUN_TYPE = fourcc('trun')
const MDAT = fourcc('mdat')

/** Depends on no sample. @source ISO/IEC 14496-12, 8.8.3.1 */
const SYNC_FLAGS = 0x0200_0000
/** Depends on others, and is no sync sample. */
const NON_SYNC_FLAGS = 0x0101_0000

const sampleFlags = (sync: number | undefined): number => (sync === 1 ? SYNC_FLAGS : NON_SYNC_FLAGS)

const writeTfhd = (cursor: ByteCursor, fragment: Fragment, layout: FragmentLayout): void => {
  const { tfhdFlags, tfhdBytes, trunFlags } = layout
  putFullBox(cursor, tfhdBytes, TFHD_TYPE, 0, tfhdFlags)
  put32(cursor, fragment.trackId)
  if ((tfhdFlags & TFHD.duration) !== 0) put32(cursor, fragment.durations[0] ?? 0)
  if ((tfhdFlags & TFHD.size) !== 0) put32(cursor, fragment.sizes[0] ?? 0)
  if ((tfhdFlags & TFHD.flags) === 0) return
  // With flags of its own for the first sample, the default is that of the rest.
  const rest = (trunFlags & TRUN.firstFlags) === 0 ? 0 : 1
  put32(cursor, sampleFlags(fragment.sync[rest]))
}

const writeTrunSamples = (cursor: ByteCursor, fragment: Fragment, trunFlags: number): void => {
  const { count, durations, sizes, sync, compositionOffsets } = fragment
  const withDuration = (trunFlags & TRUN.duration) !== 0
  const withSize = (trunFlags & TRUN.size) !== 0
  const withFlags = (trunFlags & TRUN.flags) !== 0
  const withComposition = (trunFlags & TRUN.composition) !== 0
  if (!(withDuration || withSize || withFlags || withComposition)) return
  for (let index = 0; index < count; index += 1) {
    if (withDuration) put32(cursor, durations[index] ?? 0)
    if (withSize) put32(cursor, sizes[index] ?? 0)
    if (withFlags) put32(cursor, sampleFlags(sync[index]))
    if (withComposition) put32(cursor, compositionOffsets?.[index] ?? 0)
  }
}

const writeTrun = (cursor: ByteCursor, fragment: Fragment, layout: FragmentLayout): void => {
  putFullBox(cursor, layout.trunBytes, TRUN_TYPE, TRUN_VERSION, layout.trunFlags)
  put32(cursor, fragment.count)
  put32(cursor, layout.moofBytes + BOX_HEADER) // the first sample, from the start of moof
  if ((layout.trunFlags & TRUN.firstFlags) !== 0) put32(cursor, sampleFlags(fragment.sync[0]))
  writeTrunSamples(cursor, fragment, layout.trunFlags)
}

/** Writes `moof` and the header of `mdat`. */
export const writeFragmentHead = (fragment: Fragment, layout: FragmentLayout): Uint8Array => {
  if (!Number.isSafeInteger(fragment.baseDecodeTime) || fragment.baseDecodeTime < 0) {
    throw new RangeError('the decode time is not a whole number from 0 on')
  }
  const cursor = byteCursor(layout.moofBytes + BOX_HEADER)
  putBox(cursor, layout.moofBytes, MOOF)
  putFullBox(cursor, MFHD_BYTES, MFHD, 0, 0)
  put32(cursor, fragment.sequence)
  putBox(cursor, layout.trafBytes, TRAF)
  writeTfhd(cursor, fragment, layout)
  putFullBox(cursor, TFDT_BYTES, TFDT, TFDT_VERSION, 0)
  put64(cursor, fragment.baseDecodeTime)
  writeTrun(cursor, fragment, layout)
  cursor.bytes.set(layout.keyGroups, cursor.at)
  cursor.at += layout.keyGroups.length
  if (fragment.crypto !== undefined && layout.auxiliary !== undefined) {
    writeSampleEncryption(cursor, fragment.crypto, fragment.count, layout.auxiliary)
  }
  putBox(cursor, layout.mediaBytes + BOX_HEADER, MDAT)
  return cursor.bytes
}
