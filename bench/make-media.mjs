/**
 * Makes a long ASF file from a short one by repeating its packets; no encoder is needed.
 *
 * usage: node bench/make-media.mjs [--mib 256] [--source FILE.asf] [--output FILE.asf]
 */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { loopAsf } from './asf-loop.mjs'

const BENCH = dirname(fileURLToPath(import.meta.url))

/** Where media and outputs of a run lie; git does not see it. */
export const WORK = join(BENCH, 'work')

/** The clip that ships with the command: H.264 with B pictures and AAC, about 250 kbit/s. */
export const SHIPPED_SAMPLE = join(BENCH, '..', 'packages', 'cli', 'sample', 'sample.asf')

/** Writes the file under a name of its own first, so that a run that was stopped leaves no half of one behind. */
export const makeMedia = ({ source, output, mib }) => {
  mkdirSync(dirname(output), { recursive: true })
  const partial = `${output}.partial`
  const file = openSync(partial, 'w')
  try {
    for (const piece of loopAsf(readFileSync(source), mib * 2 ** 20)) writeSync(file, piece)
  } finally {
    closeSync(file)
  }
  renameSync(partial, output)
  return statSync(output).size
}

const main = () => {
  const { values } = parseArgs({
    options: {
      mib: { type: 'string', default: '256' },
      source: { type: 'string', default: SHIPPED_SAMPLE },
      output: { type: 'string' },
    },
  })
  const mib = Number(values.mib)
  if (!(mib > 0)) throw new Error(`--mib ${values.mib}: a number above 0 is expected`)
  const output = values.output ?? join(WORK, `clear-${mib}.asf`)
  const size = makeMedia({ source: values.source, output, mib })
  console.log(`${output}: ${size} bytes`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
