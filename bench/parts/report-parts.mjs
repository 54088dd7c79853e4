/** What was measured of the parts, in words and tables of the page. */
import { markdown, median } from '../tables.mjs'
import { placed } from './processor.mjs'

const cpu = (runs) => runs.map((run) => run.cpu)

/** The median of what each round gives: what disturbs a round disturbs both sides of it. */
const paired = (ours, theirs) => median(ours.map((value, round) => value / theirs[round]))

const word = (met) => (met ? 'met' : 'not met')

const spread = (values) => `${median(values).toFixed(3)} (${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)})`

/** What opening adds to demuxing, in each round. */
const added = (opened, plain) => cpu(opened).map((value, round) => value - cpu(plain)[round])

const formatRows = ({ clip, formats: { runs } }) => {
  const row = (what, ours, theirs) => {
    const ratio = paired(ours, theirs)
    return [clip.name, what, spread(ours), spread(theirs), ratio.toFixed(2), word(ratio <= 1)]
  }
  const [demux, rewrite] = [cpu(runs['demux, ffmpeg']), cpu(runs['rewrite, ffmpeg'])]
  return [
    row('demux', cpu(runs['demux, ours']), demux),
    row('rewrite', cpu(runs['rewrite, ours']), rewrite),
    row('rewrite, durable', cpu(runs['durable, ours']), rewrite),
    row('classic cipher', added(runs['open, ours'], runs['demux, ours']), added(runs['open, ffmpeg'], runs['demux, ffmpeg'])),
  ]
}

const FORMATS_HEAD = ['file', 'what', 'ours, CPU s', 'ffmpeg, CPU s', 'ours / ffmpeg', 'at most 1.00']

const unitsOf = ({ clip, formats: { units } }) => `${clip.name}: ${(units.bytes / units.payloads).toFixed(0)} bytes`

const formatSection = (measured) => {
  const found = measured.filter(({ formats }) => formats !== undefined)
  if (found.length === 0) return ['Demuxing and rewriting: not measured, for want of ffmpeg.']
  return [
    markdown(FORMATS_HEAD, found.flatMap(formatRows)),
    [
      'Demux: one bundled file reads the ASF and hands over every sample, whole; ffmpeg runs `-c copy -f null -`. Rewrite: the samples',
      'go into a new ASF; ffmpeg runs `-c copy`. Durable: the file is written under another name, forced to the disk and renamed, as the',
      'command does; ffmpeg does not do that. Classic cipher: what opening the same file, every payload of it protected, costs more than',
      'demuxing the clear one, for ffmpeg with `-cryptokey`. First it is checked that the protected file opens to the samples of the clear',
      'one, and that ffmpeg hands out the same samples of the copy.',
      `Mean unit of the cipher: ${found.map(unitsOf).join('; ')}.`,
    ].join('\n'),
  ]
}

const COUNTER_HEAD = ['sample', 'in a batch, ns', 'fresh cipher each, ns', 'fresh / batch', 'aim']
const COUNTER_AIMS = new Map([
  [1024, 4],
  [16384, 0.7],
])

const counterRow = ({ size, times: { batch, fresh } }) => {
  const ratio = paired(fresh, batch)
  const aim = COUNTER_AIMS.get(size)
  const told = `at least ${aim}: ${word(ratio >= aim)}`
  return [`${size / 1024} KiB`, median(batch).toFixed(0), median(fresh).toFixed(0), ratio.toFixed(2), told]
}

const MEMORY_HEAD = ['file', 'demuxing, peak MiB', 'rewriting, peak MiB']
const MOST_GROWTH = 1.1

const memorySection = (peaks) => {
  if (peaks.some(({ demux }) => demux === undefined)) return ['Memory: nothing here tells it.']
  const grows = ['demux', 'rewrite'].map((what) => peaks.at(-1)[what] / peaks[0][what])
  const told = `${grows.map((grow) => grow.toFixed(2)).join(' and ')}, ${word(Math.max(...grows) <= MOST_GROWTH)}`
  return [
    markdown(MEMORY_HEAD, peaks.map(({ mib, demux, rewrite }) => [`${mib} MiB`, demux.toFixed(0), rewrite.toFixed(0)])),
    `Aim: the peak of the long file at most ${MOST_GROWTH.toFixed(2)} times that of the short one: ${told}.`,
  ]
}

/** The sections of the page about parts of the work. */
export const partSections = ({ measured, counterMode, memory, rounds }) => [
  '## Parts of the work',
  `Each program runs ${placed}, in ${rounds} rounds that take turns; a ratio is the median of the rounds' own ratios.`,
  ...formatSection(measured),
  markdown(COUNTER_HEAD, counterMode.map(counterRow)),
  'Processor time for `mce` or `cenc` over one sample, each with an id of its own. A fresh cipher: `createCipheriv`, `update`, copy back.',
  ...memorySection(memory),
]
