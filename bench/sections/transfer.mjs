/** Exporting and protecting with the command, side by side with programs that anyone can install. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { atMost } from '../aims.mjs'
import { makeMedia } from '../make-media.mjs'
import { measure } from '../measure.mjs'
import { ffmpegVersion, makeClearMp4, programs, protect } from '../programs.mjs'
import { cpuOf, paired, peakOf, spread } from '../ratios.mjs'
import { markdown, median } from '../tables.mjs'
import { takeTurns } from '../turns.mjs'

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

const measureClip = async (clip, { mib, rounds }, parent) => {
  console.error(`${clip.name}: making ${mib} MiB`)
  const folder = mkdtempSync(join(parent, 'clip-'))
  const at = (name) => join(folder, name)
  const files = { clear: at('clear.asf'), protected: at('protected.asf'), clearMp4: at('clear.mp4') }
  const bytes = makeMedia({ source: clip.source, output: files.clear, mib })
  await measure(protect(folder, files.clear, files.protected), join(folder, 'figures'))
  const { found, missing, needsClearMp4 } = programs(folder, files)
  if (needsClearMp4) makeClearMp4(files)
  const runs = await takeTurns(Object.fromEntries(found.map(({ name, start }) => [name, start])), {
    ...{ rounds, folder, label: clip.name },
    check: (name, output, round) => {
      if (round === 0 && name.startsWith('custody export')) checkExport(files, output)
    },
  })
  rmSync(folder, { recursive: true })
  return { clip, bytes, rounds, runs, found, missing }
}

const ratioTo = (runs, ours, theirs) =>
  runs[theirs] === undefined ? undefined : paired(cpuOf(runs[ours]), cpuOf(runs[theirs]))

const HEAD = ['program', 'CPU s, median (min–max)', 'export, cenc / this', 'peak MiB', 'elapsed s']

const rowOf = (runs) => (name) => [
  name,
  spread(cpuOf(runs[name]), 2),
  name === EXPORT ? '' : ratioTo(runs, EXPORT, name).toFixed(2),
  peakOf(runs[name])?.toFixed(0) ?? 'not told',
  median(runs[name].map(({ wall }) => wall)).toFixed(2),
]

const EXPORT = 'custody export, cenc'
const EXPORT_CBCS = 'custody export, cbcs'
const PROTECT = 'custody protect'

const sectionOf = ({ clip, bytes, rounds, runs }) => [
  `## ${clip.name[0].toUpperCase()}${clip.name.slice(1)}`,
  `${(bytes / 2 ** 20).toFixed(0)} MiB: ${clip.about}, repeated. ${rounds} rounds.`,
  markdown(HEAD, Object.keys(runs).map(rowOf(runs))),
]

/** Files of small samples have no aim of their own. */
const aimsOf = ({ clip, runs }) => {
  if (!clip.hasAims) return []
  return [
    atMost("`custody export`, `cenc`: of ffmpeg's one step", ratioTo(runs, EXPORT, 'ffmpeg'), 0.29, { wanted: '0.24 wanted' }),
    atMost('`custody export`, `cenc`: of shaka-packager', ratioTo(runs, EXPORT, 'shaka-packager'), 0.75),
    atMost("`custody protect`: of ffmpeg's one step", ratioTo(runs, PROTECT, 'ffmpeg'), 0.24),
    atMost('`custody export`, `cbcs`: of `cenc`', ratioTo(runs, EXPORT_CBCS, EXPORT), 1.5),
  ]
}

const comparison = (found) => [
  '## What is compared',
  found.map(({ name, does }) => `- **${name}**: ${does}`).join('\n'),
  [
    'Each run writes to fresh names, which are then removed. Counted is the whole process with its start-up. Ours does more than the',
    'others: it opens the license, decrypts the protected source and writes manifests; ffmpeg and Shaka Packager start from clear',
    'content with a given key. The clear MP4 for Shaka Packager is made by ffmpeg and not counted. The long files are made by repeating',
    'the data packets of a clip with times and object numbers going on (`bench/make-media.mjs`). In the first round the samples of our',
    'exports are counted with ffprobe against the source.',
  ].join('\n'),
]

export const transfer = {
  name: 'transfer',
  run: async ({ folder, mib, rounds, smallRounds, clips }) => {
    const measured = []
    for (const clip of clips().found) {
      measured.push(await measureClip(clip, { mib, rounds: clip.hasAims ? rounds : smallRounds }, folder))
    }
    return {
      aims: measured.flatMap(aimsOf),
      text: measured.flatMap(sectionOf),
      notes: comparison(measured[0].found),
      missing: measured.flatMap(({ missing }) => missing),
    }
  },
}
