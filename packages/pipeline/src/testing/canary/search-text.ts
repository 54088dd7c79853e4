import type { CanaryHit, CanaryIndex } from './canary-index'

const encoder = new TextEncoder()

/** What stands between the numbers and digits of a printed array. */
const BETWEEN = /[\s:]+|"\d+":/g

/** Of 16 bits each; fewer characters cannot tell of 16 bytes. */
const LEAST = 8

/** Secret bytes in a text: spelled out, or as its characters. */
export const searchText = (index: CanaryIndex, text: string, where: string): ReadonlyArray<CanaryHit> =>
  text.length < LEAST
    ? []
    : [
        ...index.findIn(written(text, 'utf16le', 2 * text.length), where),
        ...index.findIn(written(text, 'latin1', text.length), where),
        ...index.findIn(encoder.encode(text.replace(BETWEEN, '')), where),
      ]

/** Memory of its own: the pool of small buffers would keep what was found. */
const written = (text: string, encoding: 'utf16le' | 'latin1', length: number): Uint8Array => {
  const bytes = Buffer.alloc(length)
  bytes.write(text, encoding)
  return bytes
}
