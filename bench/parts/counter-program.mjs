/**
 * The program that is measured: AES in counter mode over samples of one size, in a batch or with a fresh cipher for each.
 * Prints the nanoseconds of processor time for a sample, median of several turns. Bundled into one file before it runs.
 *
 * usage: node counter-program.js batch|fresh BYTES
 */
import { createCipheriv, createSecretKey } from 'node:crypto'

import { createCounterBatch } from '../../packages/pipeline/src/cipher/counter-batch.ts'

const MEMORY = 2 ** 20
/** Samples do not begin where a word does. */
const OFFSET = 7
const WARM_UP = 0.3
const TURNS = 15
const TURN = 0.04

const key = createSecretKey(Buffer.alloc(16, 3))
const iv = new Uint8Array(16)

const seconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const setId = (sample) => {
  iv[0] = sample
  iv[1] = sample >>> 8
}

const ways = {
  batch: (memory, places, size) => {
    const batch = createCounterBatch(key)
    const samples = places.map((at) => ({ at: [at], length: [size], total: size }))
    return () => {
      samples.forEach((spans, sample) => {
        setId(sample)
        batch.add(memory, iv, spans)
      })
      batch.flush()
    }
  },
  fresh: (memory, places, size) => () => {
    places.forEach((at, sample) => {
      setId(sample)
      memory.set(createCipheriv('aes-128-ctr', key, iv).update(memory.subarray(at, at + size)), at)
    })
  },
}

const main = () => {
  const [way, bytes] = process.argv.slice(2)
  const size = Number(bytes)
  const places = Array.from({ length: Math.floor((MEMORY - OFFSET) / size) }, (_, n) => OFFSET + n * size)
  const once = ways[way](new Uint8Array(MEMORY), places, size)
  const turn = (least) => {
    const start = seconds()
    let times = 0
    for (; seconds() - start < least; times += 1) once()
    return (seconds() - start) / times / places.length
  }
  turn(WARM_UP)
  const turns = Array.from({ length: TURNS }, () => turn(TURN)).sort((one, other) => one - other)
  console.log((turns[TURNS >> 1] * 1e9).toFixed(0))
}

main()
