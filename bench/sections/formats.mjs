/** Demuxing, rewriting and the classic cipher by themselves, side by side with ffmpeg. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { atMost } from '../aims.mjs'
import { makeMedia } from '../make-media.mjs'
import { bundleProgram } from '../parts/bundle-program.mjs'
import { COCKTAIL_KEY, protectPayloads } from '../parts/cocktail-file.mjs'
import { ffmpegVersion } from '../programs.mjs'
import { cpuOf, paired, spread } from '../ratios.mjs'
import { markdown } from '../tables.mjs'
import { takeTurns } from '../turns.mjs'

/** Samples of every stream, decoded by nobody: what ffmpeg hands out of the copy must be what it hands out of the source. */
const STREAM_HASH = ['-f', 'streamhash', '-hash', 'murmur3', '-']

const node = (...args) => ({ command: process.execPath, args })

const ffmpeg = (before, input, ...after) => ({
  command: 'ffmpeg',
  args: ['-nostdin', '-v', 'fatal', ...before, '-i', input, '-map', '0', '-c', 'copy', ...after],
})

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

/**
 * Memory that the system has for files already costs less than what it must fetch first; a program that writes is not to pay
 * for what the one before it left.
 */
const warmMemory = (input, output) => {
  copyFileSync(input, output)
  rmSync(output)
}

const measureClip = async (clip, { mib, partRounds }, { parent, programs }) => {
  const folder = mkdtempSync(join(parent, 'formats-'))
  const [clear, sealed] = [join(folder, 'clear.asf'), join(folder, 'sealed.asf')]
  makeMedia({ source: clip.source, output: clear, mib })
  const units = protectPayloads(clear, sealed)
  checkOpened(programs.demux, clear, sealed)
  checkRewritten(programs.rewrite, clear, join(folder, 'copy.asf'))
  const runs = await takeTurns(
    {
      'demux, ours': () => node(programs.demux, clear),
      'demux, ffmpeg': () => ffmpeg([], clear, '-f', 'null', '-'),
      'rewrite, ours': (output) => node(programs.rewrite, clear, output),
      'durable, ours': (output) => node(programs.rewrite, clear, output, '--durable'),
      'rewrite, ffmpeg': (output) => ffmpeg([], clear, '-f', 'asf', output),
      'open, ours': () => node(programs.demux, sealed, COCKTAIL_KEY),
      'open, ffmpeg': () => ffmpeg(['-cryptokey', COCKTAIL_KEY], sealed, '-f', 'null', '-'),
    },
    {
      ...{ rounds: partRounds, folder, label: `formats, ${clip.name}` },
      prepare: (name, output) => (/^(rewrite|durable)/.test(name) ? warmMemory(clear, output) : undefined),
    }
  )
  rmSync(folder, { recursive: true })
  return { clip, runs, units }
}

/** What opening adds to demuxing, in each round. */
const added = (opened, plain) => cpuOf(opened).map((value, round) => value - cpuOf(plain)[round])

const comparisons = ({ clip, runs }) => {
  const [demux, rewrite] = [cpuOf(runs['demux, ffmpeg']), cpuOf(runs['rewrite, ffmpeg'])]
  return [
    { what: 'demux', ours: cpuOf(runs['demux, ours']), theirs: demux },
    { what: 'rewrite', ours: cpuOf(runs['rewrite, ours']), theirs: rewrite },
    { what: 'rewrite, durable', ours: cpuOf(runs['durable, ours']), theirs: rewrite },
    {
      what: 'classic cipher',
      ours: added(runs['open, ours'], runs['demux, ours']),
      theirs: added(runs['open, ffmpeg'], runs['demux, ffmpeg']),
    },
  ].map((one) => ({ ...one, file: clip.name, ratio: paired(one.ours, one.theirs) }))
}

const unitsOf = ({ clip, units }) => `${clip.name}: ${(units.bytes / units.payloads).toFixed(0)} bytes`

const report = (measured) => {
  const compared = measured.flatMap(comparisons)
  const rows = compared.map(({ file, what, ours, theirs, ratio }) => [file, what, spread(ours), spread(theirs), ratio.toFixed(2)])
  const aimOf = ({ file, what, ratio }) => atMost(`${what[0].toUpperCase()}${what.slice(1)}, ${file}: of ffmpeg`, ratio, 1)
  return {
    aims: compared.map(aimOf),
    text: [
      '## Demuxing, rewriting and the classic cipher',
      markdown(['file', 'what', 'ours, CPU s', 'ffmpeg, CPU s', 'ours / ffmpeg'], rows),
      [
        'Demux: one bundled file reads the ASF and hands over every sample, whole; ffmpeg runs `-c copy -f null -`. Rewrite: the samples',
        'go into a new ASF; ffmpeg runs `-c copy`. Durable: the file is written under another name, forced to the disk and renamed, as the',
        'command does; ffmpeg does not do that. Classic cipher: what opening the same file, every payload of it protected, costs more than',
        'demuxing the clear one, for ffmpeg with `-cryptokey`. First it is checked that the protected file opens to the samples of the',
        'clear one, and that ffmpeg hands out the same samples of the copy.',
        `Mean unit of the cipher: ${measured.map(unitsOf).join('; ')}.`,
      ].join('\n'),
    ],
  }
}

export const formats = {
  name: 'formats',
  run: async (context) => {
    const hasPeer = ffmpegVersion() !== undefined
    if (!hasPeer) return { aims: [], text: [], missing: ['no ffmpeg: demuxing and rewriting are left out'] }
    const { folder: parent } = context
    const programs = { demux: await bundleProgram('demux-program', parent), rewrite: await bundleProgram('rewrite-program', parent) }
    const measured = []
    for (const clip of context.clips().found) measured.push(await measureClip(clip, context, { parent, programs }))
    return report(measured)
  },
}
