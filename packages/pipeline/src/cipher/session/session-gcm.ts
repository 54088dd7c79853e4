import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

/** Bytes of what proves a frame. */
export const FRAME_TAG = 16
/** Bytes that the nonces of a run share. */
export const RUN_PREFIX = 4
const SALT = 8
const CIPHER = 'aes-256-gcm'
const OPTIONS = { authTagLength: FRAME_TAG }

/** A frame of a session: one sample, or several small ones. */
export interface SessionFrame {
  /** 0 or more and below 2^64; never twice under one key, which the caller sees to. */
  readonly salt: bigint
  /** What is not sealed but proved: run, salt and the columns of the frame's samples. */
  readonly associated: Uint8Array
}

/** Protection at the border of an import or export, under the key of one run. Sizes stay, for the tag is kept apart. */
export interface SessionGcm {
  /** Seals the bytes where they lie. @returns the tag, 16 bytes. */
  readonly seal: (bytes: Uint8Array, frame: SessionFrame) => Uint8Array<ArrayBuffer>
  /** Opens the bytes where they lie. @returns false for a frame that is not the one which was sealed: its bytes are zeros then. */
  readonly open: (bytes: Uint8Array, frame: SessionFrame, tag: Uint8Array) => boolean
}

/**
 * The usual profile: AES-256-GCM for each frame.
 *
 * @param key of 32 bytes.
 * @param prefix the run's own 4 bytes.
 * @source docs/reference/protocols.md, section 8; NIST SP 800-38D
 */
export const sessionGcm = (key: KeyObject, prefix: Uint8Array): SessionGcm => {
  if (prefix.length !== RUN_PREFIX) throw new RangeError(`a run's prefix has ${String(RUN_PREFIX)} bytes`)
  const nonce = new Uint8Array(RUN_PREFIX + SALT)
  nonce.set(prefix)
  const view = new DataView(nonce.buffer)
  return {
    seal: (bytes, { salt, associated }) => {
      view.setBigUint64(RUN_PREFIX, salt)
      const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS).setAAD(associated)
      bytes.set(cipher.update(bytes))
      cipher.final()
      return Uint8Array.from(cipher.getAuthTag())
    },
    open: (bytes, { salt, associated }, tag) => {
      view.setBigUint64(RUN_PREFIX, salt)
      const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS).setAAD(associated)
      if (tag.length !== FRAME_TAG) {
        bytes.fill(0)
        return false
      }
      decipher.setAuthTag(tag)
      const opened = decipher.update(bytes)
      try {
        decipher.final()
        bytes.set(opened)
        return true
      } catch {
        bytes.fill(0)
        return false
      } finally {
        opened.fill(0)
      }
    },
  }
}
