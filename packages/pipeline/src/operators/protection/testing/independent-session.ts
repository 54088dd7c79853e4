import { createDecipheriv, createHash } from 'node:crypto'

import type { SentRow } from './sent-session'

/** The associated data of a frame, written from the document: shares nothing with the code under test. */
const associatedOf = (run: string, { salt, track, time, decodeTime, duration, bytes, flags }: SentRow): Buffer => {
  const data = Buffer.alloc(57)
  data.write(run, 0, 'hex')
  data.writeBigUInt64BE(salt, 16)
  data.writeUInt32BE(track, 24)
  data.writeDoubleBE(time, 28)
  data.writeDoubleBE(decodeTime, 36)
  data.writeDoubleBE(duration, 44)
  data.writeUInt32BE(bytes.length, 52)
  data.writeUInt8(flags, 56)
  return data
}

/** What a receiver does with a frame of `session-gcm`. */
export const openedFrame = (run: string, key: Uint8Array, row: SentRow): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.write(run.slice(0, 8), 0, 'hex')
  nonce.writeBigUInt64BE(row.salt, 4)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  decipher.setAAD(associatedOf(run, row)).setAuthTag(row.tag)
  return Buffer.concat([decipher.update(row.bytes), decipher.final()])
}

/** RC4 as everybody writes it. */
const rc4 = (key: Uint8Array, input: Uint8Array): Buffer => {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at)
  const swap = (a: number, b: number): void => {
    ;[state[a], state[b]] = [state[b] ?? 0, state[a] ?? 0]
  }
  for (let i = 0, j = 0; i < 256; i += 1) swap(i, (j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255))
  let [i, j] = [0, 0]
  return Buffer.from(
    input.map((byte) => {
      i = (i + 1) & 255
      j = (j + (state[i] ?? 0)) & 255
      swap(i, j)
      return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0)
    })
  )
}

/** What a receiver does with a sample of `session-rc4` (IM-18, EX-15). */
export const openedLegacy = (vector: Uint8Array, salt: bigint, sample: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(salt)
  return rc4(createHash('sha1').update(vector).update(bytes).digest(), sample)
}
