/** What a run measured, as a table for the terminal and as the page under `docs/`. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

import { howMeasured } from './measure.mjs'
import { partSections } from './parts/report-parts.mjs'
import { ffmpegVersion, packagerVersion } from './programs.mjs'
import { markdown, median } from './tables.mjs'

/** What the command aims at: a share of ffmpeg's one step, and memory whatever the length. */
const AIMS = { ffmpeg: 0.29, peakMiB: 128 }

const seconds = (values) =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`

const rowOf = ({ name, runs }, ours) => {
  const peaks = runs.map(({ peak }) => peak).filter((peak) => peak !== undefined)
  const cpu = runs.map((run) => run.cpu)
  return [
    name,
    seconds(cpu),
    name === ours.name ? '' : (median(ours.runs.map((run) => run.cpu)) / median(cpu)).toFixed(2),
    peaks.length === 0 ? 'not told' : Math.max(...peaks).toFixed(0),
    median(runs.map(({ wall }) => wall)).toFixed(2),
  ]
}

const HEAD = ['program', 'CPU s, median (min–max)', 'ours / theirs', 'peak MiB', 'elapsed s']

/** The figures of one file: one row for each program, ours first. */
export const tableOf = ({ results }) => markdown(HEAD, results.map((result) => rowOf(result, results[0])))

const verdict = ({ results }) => {
  const [ours, ffmpeg] = [results[0], results.find(({ name }) => name === 'ffmpeg')]
  if (ffmpeg === undefined) return 'Aim: not measured, for want of ffmpeg.'
  const ratio = median(ours.runs.map(({ cpu }) => cpu)) / median(ffmpeg.runs.map(({ cpu }) => cpu))
  const peak = Math.max(...ours.runs.map((run) => run.peak ?? 0))
  const word = (met) => (met ? 'met' : 'not met')
  return [
    `Aim: at most ${AIMS.ffmpeg} of ffmpeg's one step: ${ratio.toFixed(2)}, ${word(ratio <= AIMS.ffmpeg)}.`,
    `At most ${AIMS.peakMiB} MiB: ${peak.toFixed(0)}, ${word(peak <= AIMS.peakMiB)}.`,
  ].join(' ')
}

const section = (measured) => {
  const { clip, bytes, protecting } = measured
  return [
    `## ${clip.name[0].toUpperCase()}${clip.name.slice(1)}`,
    `${(bytes / 2 ** 20).toFixed(0)} MiB: ${clip.about}, repeated.`,
    tableOf(measured),
    `Protecting the same file once: ${protecting.cpu.toFixed(2)} CPU s, peak ${protecting.peak?.toFixed(0) ?? '?'} MiB.`,
    verdict(measured),
  ].join('\n\n')
}

const machine = (load) => [
  `- Processor: ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores; load before the run ${load.toFixed(1)}`,
  `- Memory: ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${type()} ${release()}`,
  `- Node.js ${process.versions.node}; ffmpeg ${ffmpegVersion() ?? 'missing'}; Shaka Packager ${packagerVersion() ?? 'missing'}`,
]

const programList = (measured) => measured[0].results.map(({ name, does }) => `- **${name}**: ${does}`)

/** The whole page. */
export const pageOf = ({ measured, counterMode, memory, partRounds, missing, rounds, load, date }) =>
  [
    '# Performance',
    'Written by `npm run bench`; do not edit. Figures of one machine on one day: only the ratios travel.',
    [`Measured ${date}, ${rounds} rounds.`, ...missing.map((what) => `Missing: ${what}.`)].join(' '),
    machine(load).join('\n'),
    ...measured.map(section),
    ...partSections({ measured, counterMode, memory, rounds: partRounds }),
    '## What is compared',
    programList(measured).join('\n'),
    [
      'The programs run one after the other, in rounds, each round beginning with another one; each run writes to fresh names, which',
      'are then removed. Counted is the whole process with its start-up. Ours does more than the others: it opens the license,',
      'decrypts the protected source and writes manifests; ffmpeg and Shaka Packager start from clear content with a given key.',
      'The clear MP4 for Shaka Packager is made by ffmpeg and not counted. The long files are made by repeating the data packets',
      'of a clip with times and object numbers going on (`bench/make-media.mjs`). In the first round the samples of our output are',
      'counted with ffprobe against the source.',
    ].join('\n'),
    `Measured with ${howMeasured()}.`,
  ].join('\n\n') + '\n'
