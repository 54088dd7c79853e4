/**
 * Measures ours side by side with programs that anyone can install, and writes docs/reference/performance.md.
 *
 * usage: node bench/run.mjs [--mib 256] [--rounds 5] [--small-rounds 3] [--part-rounds 5] [--only SECTION,...] [--no-page]
 *
 * With `--only` the page is not written.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { clips } from './clips.mjs'
import { WORK } from './make-media.mjs'
import { endRunning } from './measure.mjs'
import { bodyOf, missingOf, pageOf } from './report.mjs'
import { audio } from './sections/audio.mjs'
import { counterMode } from './sections/counter-mode.mjs'
import { formatMemory } from './sections/format-memory.mjs'
import { formats } from './sections/formats.mjs'
import { length } from './sections/length.mjs'
import { slowSink } from './sections/slow-sink.mjs'
import { startUp } from './sections/start-up.mjs'
import { transfer } from './sections/transfer.mjs'
import { twoFiles } from './sections/two-files.mjs'

const PAGE = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'reference', 'performance.md')

/** In the order of the page. */
const SECTIONS = [transfer, audio, startUp, length, slowSink, twoFiles, formats, counterMode, formatMemory]

const wholeNumber = (name, text) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} ${text}: a whole number from 1 is expected`)
  return value
}

const wantedSections = (only) => {
  if (only === undefined) return SECTIONS
  const names = only.split(',')
  const unknown = names.find((name) => !SECTIONS.some((section) => section.name === name))
  if (unknown !== undefined) throw new Error(`--only ${unknown}: one of ${SECTIONS.map(({ name }) => name).join(', ')} is expected`)
  return SECTIONS.filter(({ name }) => names.includes(name))
}

const options = () =>
  parseArgs({
    options: {
      mib: { type: 'string', default: '256' },
      rounds: { type: 'string', default: '5' },
      'small-rounds': { type: 'string', default: '3' },
      'part-rounds': { type: 'string', default: '5' },
      only: { type: 'string' },
      'no-page': { type: 'boolean', default: false },
    },
  }).values

/** Clips are made when the first section asks for them. */
const clipsIn = (folder) => {
  let made
  return () => (made ??= clips(folder))
}

/** A run that is stopped leaves nothing behind. */
const removeWhenStopped = (folder) => {
  for (const [signal, exit] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    process.once(signal, () => {
      endRunning()
      rmSync(folder, { recursive: true, force: true })
      process.exit(exit)
    })
  }
}

const main = async () => {
  const values = options()
  const sections = wantedSections(values.only)
  const load = loadavg()[0]
  mkdirSync(WORK, { recursive: true })
  const folder = mkdtempSync(join(WORK, 'run-'))
  removeWhenStopped(folder)
  // Homes that programs make for themselves lie there too.
  process.env.TMPDIR = folder
  const context = {
    folder,
    clips: clipsIn(folder),
    mib: wholeNumber('mib', values.mib),
    rounds: wholeNumber('rounds', values.rounds),
    smallRounds: wholeNumber('small-rounds', values['small-rounds']),
    partRounds: wholeNumber('part-rounds', values['part-rounds']),
  }
  try {
    const results = []
    for (const section of sections) {
      console.error(`${section.name}:`)
      results.push(await section.run(context))
    }
    const missing = missingOf(results)
    console.log(`\n${bodyOf(results).join('\n\n')}`)
    for (const what of missing) console.log(`left out: ${what}`)
    const date = new Date().toISOString().slice(0, 10)
    if (values.only === undefined && !values['no-page']) writeFileSync(PAGE, pageOf(results, { load, date, missing }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
