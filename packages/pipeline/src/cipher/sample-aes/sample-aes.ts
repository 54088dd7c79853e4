import type { KeyObject } from 'node:crypto'

import { chainedBlocks, type Direction } from '../chained-blocks'
import { AES_BLOCK } from '../counter-mode'
import { addSpan, noSpans, throughSpans, type Spans } from '../spans'
import { escapeNal, unescapeNal } from './emulation-prevention'

/** The protection of HLS in MPEG-2 transport streams, under one key and vector. Every unit begins the chain anew. */
export interface SampleAes {
  /** An H.264 NAL unit without its start code; the result may be longer by bytes of emulation prevention. */
  readonly encryptNal: (nal: Uint8Array) => Uint8Array<ArrayBuffer>
  readonly decryptNal: (nal: Uint8Array) => Uint8Array<ArrayBuffer>
  /** One frame of audio, where it lies. */
  readonly encryptFrame: (frame: Uint8Array, kind: FrameKind) => void
  readonly decryptFrame: (frame: Uint8Array, kind: FrameKind) => void
}

/** AAC with its ADTS header, or a syncframe of AC-3 or Enhanced AC-3. */
export type FrameKind = 'adts' | 'ac3'

const TYPE_MASK = 0x1f
/** Slices other than partitions. */
const PROTECTED_TYPES: ReadonlySet<number> = new Set([1, 5])
const SHORT_NAL = 48
const CLEAR_LEAD = 32
const CLEAR_BETWEEN = 144

const isProtected = (nal: Uint8Array): boolean => nal.length > SHORT_NAL && PROTECTED_TYPES.has((nal[0] ?? 0) & TYPE_MASK)

/** A block in ten, as long as more than one is left. */
const nalSpans = (length: number): Spans => {
  const spans = noSpans()
  for (let at = CLEAR_LEAD; length - at > AES_BLOCK; at += AES_BLOCK + CLEAR_BETWEEN) addSpan(spans, at, AES_BLOCK)
  return spans
}

const ADTS_HEADER = 7
const ADTS_CHECKED_HEADER = 9
const UNCHECKED = 1

const clearLead = (frame: Uint8Array, kind: FrameKind): number => {
  if (kind === 'ac3') return AES_BLOCK
  return AES_BLOCK + (((frame[1] ?? 0) & UNCHECKED) === UNCHECKED ? ADTS_HEADER : ADTS_CHECKED_HEADER)
}

/** All whole blocks behind the lead. */
const frameSpans = (frame: Uint8Array, kind: FrameKind): Spans => {
  const spans = noSpans()
  const lead = clearLead(frame, kind)
  addSpan(spans, lead, Math.floor((frame.length - lead) / AES_BLOCK) * AES_BLOCK)
  return spans
}

/**
 * The protection under one key and vector; it holds no state between units.
 *
 * @param iv 16 bytes.
 * @source Apple, MPEG-2 Stream Encryption Format for HTTP Live Streaming; docs/reference/content-ciphers.md §5
 */
export const sampleAes = (key: KeyObject, iv: Uint8Array): SampleAes => {
  const through = (bytes: Uint8Array, spans: Spans, direction: Direction): void => {
    throughSpans(bytes, spans, chainedBlocks(key, iv, direction))
  }
  return {
    encryptNal: (nal) => {
      const sealed = new Uint8Array(nal)
      if (!isProtected(nal)) return sealed
      through(sealed, nalSpans(nal.length), 'encrypt')
      // Ciphertext may hold start codes, so the whole unit is escaped once more: also what was escaped in it before.
      return escapeNal(sealed)
    },
    decryptNal: (nal) => {
      if (!isProtected(nal)) return new Uint8Array(nal)
      const opened = unescapeNal(nal)
      through(opened, nalSpans(opened.length), 'decrypt')
      return opened
    },
    encryptFrame: (frame, kind) => {
      through(frame, frameSpans(frame, kind), 'encrypt')
    },
    decryptFrame: (frame, kind) => {
      through(frame, frameSpans(frame, kind), 'decrypt')
    },
  }
}
