/** Makes of a clear ASF file one whose every payload is protected by the classic cipher; nothing else of it changes. */
import { createRequire } from 'node:module'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

import { payloadsOf } from '../asf-loop.mjs'

const { cocktailUnder } = createRequire(import.meta.url)('../../packages/pipeline/dist/cipher/cocktail/cocktail.js')

/** The cipher's own key, as ffmpeg takes it: 20 bytes. */
export const COCKTAIL_KEY = '01080f161d242b323940474e555c636a71787f86'

/** Answers how many payloads there are, and their bytes. */
export const protectPayloads = (clear, output) => {
  const bytes = readFileSync(clear)
  const units = { at: [], length: [], total: 0 }
  for (const { dataAt, dataBytes } of payloadsOf(bytes)) {
    units.at.push(dataAt)
    units.length.push(dataBytes)
    units.total += dataBytes
  }
  cocktailUnder(Buffer.from(COCKTAIL_KEY, 'hex')).encryptUnits(bytes, units)
  const file = openSync(output, 'w')
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  } finally {
    closeSync(file)
  }
  return { payloads: units.at.length, bytes: units.total }
}
