/** Parts of the work by themselves, each side by side with what it is compared with, in rounds that take turns. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { makeMedia } from '../make-media.mjs'
import { measure } from '../measure.mjs'
import { ffmpegVersion } from '../programs.mjs'
import { bundleProgram } from './bundle-program.mjs'
import { COCKTAIL_KEY, protectPayloads } from './cocktail-file.mjs'
import { pinned } from './processor.mjs'

const SAMPLE_SIZES = [1024, 16384]
/** Samples of every stream, decoded by nobody: what ffmpeg hands out of the copy must be what it hands out of the source. */
const STREAM_HASH = ['-f', 'streamhash', '-hash', 'murmur3', '-']
const MEMORY_MIB = [64, 1024]

/** The programs, bundled once for all clips. */
export const bundlePrograms = async (folder) => ({
  demux: await bundleProgram('demux-program', folder),
  rewrite: await bundleProgram('rewrite-program', folder),
  counter: await bundleProgram('counter-program', folder),
})

const node = (...args) => ({ command: process.execPath, args })

const ffmpeg = (before, input, ...after) => ({
  command: 'ffmpeg',
  args: ['-nostdin', '-v', 'fatal', ...before, '-i', input, '-map', '0', '-c', 'copy', ...after],
})

/**
 * Memory that the system has for files already costs less than what it must fetch first; a program that writes is not to pay
 * for what the one before it left.
 */
const warmMemory = (input, output) => {
  copyFileSync(input, output)
  rmSync(output)
}

/**
 * Every program once in each round, each round beginning with another and going the other way than the one before, so that
 * none always has the same one before it, whose files and memory it inherits. Answers the runs by name.
 */
const takeTurns = async (programs, { rounds, folder, input }) => {
  const names = Object.keys(programs)
  const runs = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const order = names.map((_, turn) => names[(turn + round) % names.length])
    for (const [turn, name] of (round % 2 === 0 ? order : order.reverse()).entries()) {
      const output = join(folder, `part-${round}-${turn}.asf`)
      if (programs[name].length > 0) warmMemory(input, output)
      runs[name].push(await measure(pinned(programs[name](output)), join(folder, 'part-figures')))
      rmSync(output, { force: true })
    }
    console.error(`  parts, round ${round + 1}: ${names.map((name) => `${name} ${runs[name][round].cpu.toFixed(3)}`).join(', ')}`)
  }
  return runs
}

const printed = ({ command, args }) => execFileSync(command, args, { encoding: 'utf8' }).trim()

/** Figures of a demuxer that lost samples, or of a cipher that opens wrongly, would be worth nothing. */
const checkOpened = (program, clear, sealed) => {
  const [expected, found] = [printed(node(program, clear, '--digest')), printed(node(program, sealed, COCKTAIL_KEY, '--digest'))]
  if (expected !== found) throw new Error(`the protected file opens to "${found}", the clear one has "${expected}"`)
}

const checkRewritten = (program, clear, copy) => {
  execFileSync(process.execPath, [program, clear, copy], { stdio: 'ignore' })
  const [expected, found] = [clear, copy].map((path) => printed(ffmpeg([], path, ...STREAM_HASH)))
  rmSync(copy)
  if (expected !== found) throw new Error(`the copy has "${found}", the source "${expected}"`)
}

/** Demuxing, rewriting and the classic cipher on one clip; undefined without ffmpeg to compare with. */
export const measureFormats = async (clear, { programs, folder, rounds }) => {
  if (ffmpegVersion() === undefined) return undefined
  const sealed = join(folder, 'sealed.asf')
  const units = protectPayloads(clear, sealed)
  checkOpened(programs.demux, clear, sealed)
  checkRewritten(programs.rewrite, clear, join(folder, 'copy.asf'))
  const runs = await takeTurns(
    {
      'demux, ours': () => node(programs.demux, clear),
      'demux, ffmpeg': () => ffmpeg([], clear, '-f', 'null', '-'),
      'rewrite, ours': (output) => node(programs.rewrite, clear, output),
      'durable, ours': (output) => node(programs.rewrite, clear, output, '--durable'),
      'rewrite, ffmpeg': (output) => ffmpeg([], clear, output),
      'open, ours': () => node(programs.demux, sealed, COCKTAIL_KEY),
      'open, ffmpeg': () => ffmpeg(['-cryptokey', COCKTAIL_KEY], sealed, '-f', 'null', '-'),
    },
    { rounds, folder, input: clear }
  )
  rmSync(sealed)
  return { runs, units }
}

/** Nanoseconds for a sample, by its size and by how it is done. */
export const measureCounterMode = async ({ programs, rounds }) =>
  SAMPLE_SIZES.map((size) => {
    const times = { batch: [], fresh: [] }
    for (let round = 0; round < rounds; round++) {
      for (const way of round % 2 === 0 ? ['batch', 'fresh'] : ['fresh', 'batch']) {
        times[way].push(Number(printed(pinned(node(programs.counter, way, String(size))))))
      }
    }
    console.error(`  counter mode, ${size} bytes: ${JSON.stringify(times)}`)
    return { size, times }
  })

/** The peak of memory by the length of the file. */
export const measureMemory = async (source, { programs, folder }) => {
  const peaks = []
  for (const mib of MEMORY_MIB) {
    const [input, output] = [join(folder, 'memory-in.asf'), join(folder, 'memory-out.asf')]
    makeMedia({ source, output: input, mib })
    const figures = join(folder, 'part-figures')
    const demux = await measure(pinned(node(programs.demux, input)), figures)
    const rewrite = await measure(pinned(node(programs.rewrite, input, output)), figures)
    peaks.push({ mib: Math.round(statSync(input).size / 2 ** 20), demux: demux.peak, rewrite: rewrite.peak })
    for (const path of [input, output]) rmSync(path)
    console.error(`  memory, ${mib} MiB: demuxing ${demux.peak}, rewriting ${rewrite.peak}`)
  }
  return peaks
}
