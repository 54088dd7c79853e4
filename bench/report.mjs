/** What a run measured, as the page under `docs/`. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

import { aimsTable } from './aims.mjs'
import { howMeasured } from './measure.mjs'
import { placed } from './parts/processor.mjs'
import { ffmpegVersion, packagerVersion } from './programs.mjs'

const machine = (load) => [
  `- Processor: ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores; load before the run ${load.toFixed(1)}`,
  `- Memory: ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${type()} ${release()}`,
  `- Node.js ${process.versions.node}; ffmpeg ${ffmpegVersion() ?? 'missing'}; Shaka Packager ${packagerVersion() ?? 'missing'}`,
]

const how = [
  `Programs run one after the other, ${placed}, in rounds in which they take turns. A ratio is the median of the rounds' own`,
  'ratios of processor time: user and system seconds of whole processes, from start to end.',
].join('\n')

/** What sections measured, for the terminal. */
export const bodyOf = (results) => [
  '## Aims',
  aimsTable(results.flatMap(({ aims }) => aims)),
  ...results.flatMap(({ text }) => text),
]

/** What could not be measured, in words. */
export const missingOf = (results) => [...new Set(results.flatMap(({ missing = [] }) => missing))]

/** The whole page. */
export const pageOf = (results, { load, date, missing }) =>
  [
    '# Performance',
    'Written by `npm run bench`; do not edit. Figures of one machine on one day: only the ratios travel.',
    [`Measured ${date}.`, ...missing.map((what) => `Missing: ${what}.`)].join(' '),
    machine(load).join('\n'),
    how,
    ...bodyOf(results),
    ...results.flatMap(({ notes = [] }) => notes),
    `Measured with ${howMeasured()}.`,
  ].join('\n\n') + '\n'
