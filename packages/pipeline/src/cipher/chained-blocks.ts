import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

/** Seals or opens. */
export type Direction = 'encrypt' | 'decrypt'

/** AES-128 in CBC mode without padding, its chain running on over calls with whole blocks. The caller wipes what comes out. */
export const chainedBlocks = (key: KeyObject, iv: Uint8Array, direction: Direction): ((input: Uint8Array) => Uint8Array) => {
  const cipher = direction === 'encrypt' ? createCipheriv('aes-128-cbc', key, iv) : createDecipheriv('aes-128-cbc', key, iv)
  cipher.setAutoPadding(false)
  return (input) => cipher.update(input)
}
