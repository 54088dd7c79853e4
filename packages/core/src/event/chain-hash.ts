import { hash } from 'node:crypto'

import { hex } from '../encoding/hex'
import { sha256 } from '../encoding/sha256'
import type { LogRecord } from './log-record'

const LABEL = 'custody/log/1\0'
const DIGEST_BYTES = 32
const LONG_BYTES = 8
const SHORT_BYTES = 4
const TEXTS = 5
const FIXED_BYTES = LABEL.length + 2 * DIGEST_BYTES + 3 * LONG_BYTES + (1 + TEXTS) * SHORT_BYTES
/** In UTF-8, of a unit of UTF-16. */
const MOST_BYTES_OF_A_UNIT = 3
const TWO_TO_32 = 2 ** 32

/** What the chain hash of a record covers. */
export type HashedRecord = Omit<LogRecord, 'hash'>

/** The hash before the first record, which ties a chain to the log's key: SHA-256 of the key's thumbprint as text. */
export const genesisHash = (logId: string): string => hex(sha256(logId))

/**
 * A record's own hash, 64 lower-case hex digits: SHA-256 over label, zero byte, hash before (32 bytes), position (8),
 * id, stream, revision (8), type, schema version (4), time (8, signed), causation, correlation, and SHA-256 of the data's
 * text. Texts are UTF-8 behind their length (4 bytes); an absent one has length 0. All numbers are big-endian.
 *
 * @source docs/reference/log.md, "What is hashed"
 */
export const chainHash = (record: HashedRecord): string => {
  const { id, stream, type, causation, correlation } = record
  const characters = id.length + stream.length + type.length + (causation?.length ?? 0) + (correlation?.length ?? 0)
  const bytes = room(FIXED_BYTES + characters * MOST_BYTES_OF_A_UNIT)
  let at = bytes.write(LABEL, 'latin1')
  at += bytes.write(record.previousHash, at, 'hex')
  at = writeLong(bytes, record.position, at)
  at = writeText(bytes, id, at)
  at = writeText(bytes, stream, at)
  at = writeLong(bytes, record.revision, at)
  at = writeText(bytes, type, at)
  at = bytes.writeUInt32BE(record.schemaVersion, at)
  at = writeLong(bytes, record.time, at)
  at = writeText(bytes, causation ?? '', at)
  at = writeText(bytes, correlation ?? '', at)
  at += bytes.write(hash('sha256', record.text, 'hex'), at, 'hex')
  return hash('sha256', bytes.subarray(0, at), 'hex')
}

let scratch = Buffer.alloc(0)

/** Used again by the next record: nothing is waited for while it is filled and hashed. */
const room = (length: number): Buffer => {
  if (scratch.length < length) scratch = Buffer.alloc(length)
  return scratch
}

/** Two's complement. */
const writeLong = (bytes: Buffer, value: number, at: number): number => {
  const high = Math.floor(value / TWO_TO_32)
  return bytes.writeUInt32BE(value - high * TWO_TO_32, bytes.writeInt32BE(high, at))
}

const writeText = (bytes: Buffer, text: string, at: number): number => {
  const written = bytes.write(text, at + SHORT_BYTES)
  bytes.writeUInt32BE(written, at)
  return at + SHORT_BYTES + written
}
