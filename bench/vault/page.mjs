/** The figures of the vault as a page, a section for each engine. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

import { WARM_UP } from './scale.mjs'

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const thousands = (value) => Math.round(value).toLocaleString('en-US')
const fixed = (value, digits = 2) => value.toFixed(digits)
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const rate = ({ count, figures }, part) => median(figures.map((figure) => count / figure[part]))
/** Pair by pair within a round, so that the machine's mood of the moment cancels out. */
const ratio = ({ figures }, of, to) => median(figures.map((figure) => figure[to] / figure[of]))
/** In their order on the page. */
const ENGINES = ['SQLite', 'PostgreSQL']

const met = (holds) => (holds ? 'met' : 'not met')

const PARTS = [
  ['verifyAlone', '`node:crypto` verifies the signatures, nothing else, one thread'],
  ['store', '`storeLicenses`: every check, commitment, envelope, event, read models'],
  ['storeBelieved', 'the same for documents that were believed before: the storing part alone'],
  ['bulkAppend', 'the store appends the same documents, 1,000 an append, one stream, no read models'],
  ['bulkAppendEach', 'the same, each into a stream of its own'],
]

const ratesSection = ({ rates }) => [
  table(
    ['part', 'licenses a second, median'],
    PARTS.map(([part, text]) => [text, thousands(rate(rates, part))])
  ),
  [
    `Storing with every signature checked against bare verification: ${fixed(ratio(rates, 'store', 'verifyAlone'))}`,
    `(at least 0.6: ${met(ratio(rates, 'store', 'verifyAlone') >= 0.6)}).`,
    `The storing part alone against the bulk append: ${fixed(ratio(rates, 'storeBelieved', 'bulkAppend'))}`,
    `(at least 0.25: ${met(ratio(rates, 'storeBelieved', 'bulkAppend') >= 0.25)}),`,
    `and ${fixed(ratio(rates, 'storeBelieved', 'bulkAppendEach'))} against appending each into a stream of its own.`,
    `Documents of ${thousands(rates.documentBytes)} bytes, ${thousands(rates.count)} of them a round.`,
  ].join(' '),
]

const SCALE = [
  ['query by key ID, median, ms', ({ query }) => fixed(query.median)],
  ['query by key ID, p99, ms', ({ query }) => fixed(query.p99)],
  ['`explain` by key ID, median, ms', ({ explanations }) => fixed(explanations.median)],
  ['`explain` by key ID, longest of 300, ms', ({ explanations }) => fixed(explanations.most, 1)],
  ['storing them, s', ({ fill }) => fixed(fill.seconds, 1)],
  ['events in the log', ({ replay }) => thousands(replay.events)],
  ['reading all events, s', ({ replay }) => fixed(replay.seconds, 1)],
  ['peak memory: storing, MiB', ({ fill }) => fixed(fill.peakMiB, 0)],
  ['peak memory: queries, MiB', ({ query }) => fixed(query.peakMiB, 0)],
  ['peak memory: reading all, MiB', ({ replay }) => fixed(replay.peakMiB, 0)],
]

const verdicts = ({ few, many }) => {
  const perMillion = (many.replay.seconds * 1_000_000) / many.replay.events
  const peak = Math.max(...['fill', 'query', 'explanations', 'replay'].map((step) => many[step].peakMiB))
  const growth = many.query.median / few.query.median
  return [
    `Query p99 under 2 ms: ${met(many.query.p99 < 2)}.`,
    `\`explain\` under 50 ms: ${met(many.explanations.most < 50)}.`,
    `1,000,000 events read again under 20 s: ${fixed(perMillion, 1)}, ${met(perMillion < 20)}.`,
    `Memory under 512 MiB: ${fixed(peak, 0)}, ${met(peak < 512)}.`,
    `Median query time from ${thousands(few.count)} to ${thousands(many.count)} licenses: times ${fixed(growth)}`,
    `(at most 2: ${met(growth <= 2)}).`,
  ].join(' ')
}

const section = ({ date, rounds, load, commit, ...one }) =>
  [
    `## ${one.engine}`,
    [
      `Measured ${date} at ${commit}, ${rounds} rounds; load before the run ${load.toFixed(1)};`,
      `the first ${thousands(WARM_UP)} questions do not count.`,
    ].join(' '),
    ...ratesSection(one),
    table(
      ['', `${thousands(one.few.count)} licenses`, `${thousands(one.many.count)} licenses`],
      SCALE.map(([text, of]) => [text, of(one.few), of(one.many)])
    ),
    verdicts(one),
  ].join('\n\n')

const SECTION = /^## (.+)$/m

/** Sections of a page by their headings, each without what follows. */
const sectionsOf = (page) =>
  new Map(
    page
      .split(/^(?=## )/m)
      .filter((part) => SECTION.test(part))
      .map((part) => [SECTION.exec(part)[1], part.trimEnd()])
  )

/** The whole page; engines that were not measured keep what the page before says of them. */
export const vaultPage = (measured, before = '') => {
  const sections = sectionsOf(before)
  for (const one of measured) sections.set(one.engine, section(one))
  return [
    '# Performance of the vault',
    'Written by `npm run bench:vault`; do not edit. Figures of one machine on one day: only the ratios travel.',
    [
      `- Processor: ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`,
      `- Memory: ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${type()} ${release()}; Node.js ${process.versions.node}`,
    ].join('\n'),
    ...ENGINES.flatMap((engine) => sections.get(engine) ?? []),
    '## What is measured',
    [
      'The parts of a rate run in one process, one after the other, in rounds that begin with another part each; ratios are taken',
      'round by round. Each further step runs in a process of its own, whose peak memory is the resident set that the system',
      'counted. Licenses come from an issuer that the home trusts, each under a key ID of its own; questions are spread evenly',
      'over all key IDs, and each checks the signature of the license that it finds. PostgreSQL runs on the same two cores.',
    ].join('\n'),
  ].join('\n\n') + '\n'
}
