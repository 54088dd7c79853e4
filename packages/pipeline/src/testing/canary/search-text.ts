import type { CanaryHit, CanaryIndex } from './canary-index'

const encoder = new TextEncoder()

/** What stands between the numbers and digits of a printed array. */
const BETWEEN = /[\s:]+|"\d+":/g

/** Secret bytes in a text: spelled out, or as its characters. */
export const searchText = (index: CanaryIndex, text: string, where: string): ReadonlyArray<CanaryHit> => [
  ...index.findIn(sixteenBits(text), where),
  ...index.findIn(eightBits(text), where),
  ...index.findIn(encoder.encode(text.replace(BETWEEN, '')), where),
]

const sixteenBits = (text: string): Uint8Array => {
  const bytes = new Uint8Array(2 * text.length)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < text.length; at += 1) view.setUint16(2 * at, text.charCodeAt(at), true)
  return bytes
}

const eightBits = (text: string): Uint8Array => Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
