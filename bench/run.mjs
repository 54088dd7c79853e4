/**
 * Measures our export side by side with programs that anyone can install, and writes docs/reference/performance.md.
 *
 * usage: node bench/run.mjs [--mib 256] [--rounds 3] [--part-rounds 7] [--no-page]
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { clips } from './clips.mjs'
import { makeMedia, WORK } from './make-media.mjs'
import { measure } from './measure.mjs'
import { bundlePrograms, measureCounterMode, measureFormats, measureMemory } from './parts/measure-parts.mjs'
import { partSections } from './parts/report-parts.mjs'
import { ffmpegVersion, makeClearMp4, programs, protect } from './programs.mjs'
import { pageOf, tableOf } from './report.mjs'

const PAGE = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'reference', 'performance.md')

const wholeNumber = (name, text) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} ${text}: a whole number from 1 is expected`)
  return value
}

const removeOutputs = (folder) => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
}

/** Each round begins with another program, so that none always runs behind the same one. */
const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)]

const samplesIn = (path) => {
  // Fragments are read one after the other; else this ffprobe takes the sample information of the last one for all.
  const args = ['-v', 'fatal', '-fflags', '+ignidx', '-count_packets', '-show_entries', 'stream=nb_read_packets']
  const counts = spawnSync('ffprobe', [...args, '-of', 'csv=p=0', path], { encoding: 'utf8' }).stdout.match(/\d+/g) ?? []
  return counts.reduce((sum, count) => sum + Number(count), 0)
}

/** Figures of an export that lost samples would be worth nothing. */
const checkExport = (media, output) => {
  if (ffmpegVersion() === undefined) return
  const expected = samplesIn(media.clear)
  const found = ['video.mp4', 'audio.mp4'].reduce((sum, name) => sum + samplesIn(join(output, name)), 0)
  if (expected === 0 || found !== expected) throw new Error(`the export has ${found} samples, the source ${expected}`)
}

const runRounds = async ({ found, media, folder, rounds }) => {
  const results = found.map(({ name, does }) => ({ name, does, runs: [] }))
  const outputs = join(folder, 'outputs')
  const figures = join(folder, 'figures')
  mkdirSync(outputs)
  for (let round = 0; round < rounds; round++) {
    for (const program of rotated(found, round)) {
      const output = join(outputs, `round-${round}`)
      const run = await measure(program.start(output), figures)
      results.find(({ name }) => name === program.name)?.runs.push(run)
      if (round === 0 && program === found[0]) checkExport(media, output)
      removeOutputs(outputs)
      console.error(`  round ${round + 1}  ${program.name.padEnd(16)} ${run.cpu.toFixed(2)} CPU s`)
    }
  }
  return results
}

const measureClip = async (clip, parent, { mib, rounds, partRounds, programs: parts }) => {
  console.error(`${clip.name}: making ${mib} MiB`)
  const folder = mkdtempSync(join(parent, 'clip-'))
  const media = {
    clear: join(folder, 'clear.asf'),
    protected: join(folder, 'protected.asf'),
    clearMp4: join(folder, 'clear.mp4'),
  }
  const bytes = makeMedia({ source: clip.source, output: media.clear, mib })
  const protecting = await measure(protect(folder, media.clear, media.protected), join(folder, 'figures'))
  const { found, missing, needsClearMp4 } = programs(folder, media)
  if (needsClearMp4) makeClearMp4(media)
  const results = await runRounds({ found, media, folder, rounds })
  const formats = await measureFormats(media.clear, { programs: parts, folder, rounds: partRounds })
  rmSync(folder, { recursive: true })
  return { clip, bytes, protecting, results, missing, formats }
}

const main = async () => {
  const { values } = parseArgs({
    options: {
      mib: { type: 'string', default: '256' },
      rounds: { type: 'string', default: '3' },
      'part-rounds': { type: 'string', default: '7' },
      'no-page': { type: 'boolean', default: false },
    },
  })
  const mib = wholeNumber('mib', values.mib)
  const rounds = wholeNumber('rounds', values.rounds)
  const partRounds = wholeNumber('part-rounds', values['part-rounds'])
  const load = loadavg()[0]
  mkdirSync(WORK, { recursive: true })
  const folder = mkdtempSync(join(WORK, 'run-'))
  try {
    const sources = clips(folder)
    const parts = await bundlePrograms(folder)
    const measured = []
    for (const clip of sources.found) measured.push(await measureClip(clip, folder, { mib, rounds, partRounds, programs: parts }))
    const counterMode = await measureCounterMode({ programs: parts, rounds: partRounds })
    const memory = await measureMemory(sources.found[0].source, { programs: parts, folder })
    const missing = [...new Set([...sources.missing, ...measured.flatMap((one) => one.missing)])]
    for (const one of measured) console.log(`\n${one.clip.name}: ${one.clip.about}\n\n${tableOf(one)}`)
    console.log(`\n${partSections({ measured, counterMode, memory, rounds: partRounds }).join('\n\n')}`)
    for (const what of missing) console.log(`left out: ${what}`)
    const date = new Date().toISOString().slice(0, 10)
    if (!values['no-page']) writeFileSync(PAGE, pageOf({ measured, counterMode, memory, partRounds, missing, rounds, load, date }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
