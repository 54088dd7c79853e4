import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { fourccText } from '../fourcc'
import { hexText } from '../hex-id'
import { viewOf } from './box-fields'
import { LONG_HEADER, readBoxHeader, SHORT_HEADER, wantsLongHeader } from './box-header'
import { malformed } from './malformed'

const ID_BYTES = 16
/** Version and flags. */
const FULL_BOX_FRONT = 4
const TENC_BYTES = FULL_BOX_FRONT + 4 + ID_BYTES
const PSSH_LEAST = FULL_BOX_FRONT + ID_BYTES + 4
const SCHM_LEAST = FULL_BOX_FRONT + 8
const PATTERN_BASE = 16

/** How samples are protected unless their fragment says otherwise. */
export interface Tenc {
  readonly version: number
  readonly isProtected: boolean
  /** Bytes of the IV that comes with each sample; 0 for a constant one. */
  readonly ivSize: number
  /** 32 lower-case hex digits, text order. */
  readonly keyId: string
  /** Blocks that are encrypted and left alone in turn; version 1 only. */
  readonly pattern?: { readonly crypt: number; readonly skip: number }
  readonly constantIv?: Uint8Array
}

/** What one rights system left in a file. */
export interface Pssh {
  readonly version: number
  /** 32 lower-case hex digits, text order. */
  readonly systemId: string
  /** Empty in version 0, where the data itself may name them. */
  readonly keyIds: ReadonlyArray<string>
  readonly data: Uint8Array
}

/**
 * Reads the defaults of a protected track.
 *
 * @param data The body of `tenc`, behind the box header, as a `ProtectionHeader` holds it.
 * @errors `MalformedMedia`, its offset counted from the start of `data`.
 * @source ISO/IEC 23001-7, 8.2
 */
export const readTenc = (data: Uint8Array): E.Either<MalformedMedia, Tenc> => {
  if (data.length < TENC_BYTES) return E.left(malformed(0, `${TENC_BYTES} bytes in tenc`, `${data.length} bytes`))
  const view = viewOf(data)
  const version = view.getUint8(0)
  const blocks = view.getUint8(5)
  const isProtected = view.getUint8(6) !== 0
  const ivSize = view.getUint8(7)
  const tenc: Tenc = {
    version,
    isProtected,
    ivSize,
    keyId: hexText(data.subarray(8, TENC_BYTES)),
    ...(version > 0 ? { pattern: { crypt: Math.floor(blocks / PATTERN_BASE), skip: blocks % PATTERN_BASE } } : {}),
  }
  if (!isProtected || ivSize !== 0) return E.right(tenc)
  const ivBytes = data[TENC_BYTES]
  const constantIv = data.slice(TENC_BYTES + 1, TENC_BYTES + 1 + (ivBytes ?? 0))
  if (ivBytes !== undefined && constantIv.length === ivBytes) return E.right({ ...tenc, constantIv })
  return E.left(malformed(TENC_BYTES, `a constant IV of ${ivBytes ?? 'some'} bytes`, `${constantIv.length} bytes`))
}

/**
 * Reads a `pssh` body, behind the box header, as a `ProtectionHeader` holds it.
 *
 * @errors `MalformedMedia`, its offset counted from the start of `data`.
 */
export const readPsshBody = (data: Uint8Array): E.Either<MalformedMedia, Pssh> => {
  if (data.length < PSSH_LEAST) return E.left(malformed(0, `${PSSH_LEAST} bytes in pssh`, `${data.length} bytes`))
  const view = viewOf(data)
  const version = view.getUint8(0)
  const countAt = FULL_BOX_FRONT + ID_BYTES
  const count = version === 0 ? 0 : view.getUint32(countAt)
  const idsAt = version === 0 ? countAt : countAt + 4
  const sizeAt = idsAt + ID_BYTES * count
  if (sizeAt + 4 > data.length) {
    return E.left(malformed(countAt, 'as many key IDs as the box has room for', String(count)))
  }
  const size = view.getUint32(sizeAt)
  if (sizeAt + 4 + size > data.length) {
    return E.left(malformed(sizeAt, `at most ${data.length - sizeAt - 4} bytes of data`, String(size)))
  }
  return E.right({
    version,
    systemId: hexText(data.subarray(FULL_BOX_FRONT, countAt)),
    keyIds: Array.from({ length: count }, (_, index) =>
      hexText(data.subarray(idsAt + ID_BYTES * index, idsAt + ID_BYTES * (index + 1)))
    ),
    data: data.slice(sizeAt + 4, sizeAt + 4 + size),
  })
}

/**
 * Reads one whole `pssh` box; bytes behind it are left alone.
 *
 * @errors `MalformedMedia`, its offset counted from the start of the box, or of its body for what stands in that.
 * @source ISO/IEC 23001-7, 8.1
 */
export const readPssh = (box: Uint8Array): E.Either<MalformedMedia, Pssh> => {
  const needs = box.length >= SHORT_HEADER && wantsLongHeader(viewOf(box), 0) ? LONG_HEADER : SHORT_HEADER
  if (box.length < needs) return E.left(malformed(0, 'a pssh box', `${box.length} bytes`))
  const header = readBoxHeader(box, 0, 0)
  if (E.isLeft(header)) return header
  const { type, headerBytes, size = box.length } = header.right
  if (type !== 'pssh') return E.left(malformed(4, 'a pssh box', type))
  if (size > box.length) return E.left(malformed(0, `a box of at most ${box.length} bytes`, String(size)))
  return readPsshBody(box.subarray(headerBytes, size))
}

/**
 * Reads the scheme, such as `cenc` or `cbcs`.
 *
 * @param data The body of `schm`, behind the box header, as a `ProtectionHeader` holds it.
 * @source ISO/IEC 14496-12, 8.12.5
 */
export const readSchm = (data: Uint8Array): E.Either<MalformedMedia, string> =>
  data.length >= SCHM_LEAST
    ? E.right(fourccText(data, FULL_BOX_FRONT))
    : E.left(malformed(0, `${SCHM_LEAST} bytes in schm`, `${data.length} bytes`))
