/** Protected sound from one cipher of ASF to the other: samples are short, so what each costs by itself counts most. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { atMost } from '../aims.mjs'
import { makeMedia } from '../make-media.mjs'
import { warmProgram } from '../parts/warm-program.mjs'
import { cpuOf, paired, peakOf, spread } from '../ratios.mjs'
import { markdown } from '../tables.mjs'
import { takeTurns } from '../turns.mjs'

const MOST_MIB = 64
/** Stereo sound of 192 kbit/s: 1114 bytes a sample. */
const CLIP = [
  ...['-nostdin', '-v', 'fatal', '-f', 'lavfi', '-i', 'anoisesrc=r=44100:a=0.3:seed=1,aformat=channel_layouts=stereo'],
  ...['-t', '20', '-c:a', 'wmav2', '-b:a', '192k', '-f', 'asf'],
]
const MOST = 1.5

/** Both ways together must give back the file, byte by byte: the counters are the same. */
const checkThereAndBack = (program, { mce, classic, back }) => {
  program.run('rewrap', mce, classic, 'mce', 'cocktail')
  program.warm('rewrap', classic, back, 'cocktail', 'mce')
  if (!readFileSync(mce).equals(readFileSync(back))) throw new Error('there and back gives another file')
  rmSync(back)
}

const measureAudio = async (folder, { mib, partRounds }) => {
  const at = (name) => join(folder, name)
  const files = { clear: at('clear.asf'), mce: at('mce.asf'), classic: at('classic.asf'), back: at('back.asf') }
  if (spawnSync('ffmpeg', [...CLIP, at('clip.asf')], { stdio: 'ignore' }).status !== 0) return undefined
  const bytes = makeMedia({ source: at('clip.asf'), output: files.clear, mib: Math.min(mib, MOST_MIB) })
  const program = await warmProgram('operators-program', folder)
  program.run('protect', files.clear, files.mce, 'mce')
  checkThereAndBack(program, files)
  const copying = ['-nostdin', '-v', 'fatal', '-i', files.clear, '-map', '0', '-c', 'copy', '-f', 'asf']
  const runs = await takeTurns(
    {
      'mce to cocktail': (output) => program.start('rewrap', files.mce, output, 'mce', 'cocktail'),
      'cocktail to mce': (output) => program.start('rewrap', files.classic, output, 'cocktail', 'mce'),
      'ffmpeg -c copy': (output) => ({ command: 'ffmpeg', args: [...copying, output] }),
    },
    { rounds: partRounds, folder, label: 'audio' }
  )
  return { bytes, runs }
}

const report = ({ bytes, runs }) => {
  const copy = cpuOf(runs['ffmpeg -c copy'])
  const ratio = (name) => paired(cpuOf(runs[name]), copy)
  const row = (name) => [name, spread(cpuOf(runs[name])), ratio(name).toFixed(2), peakOf(runs[name])?.toFixed(0) ?? 'not told']
  return {
    aims: ['mce to cocktail', 'cocktail to mce'].map((name) => atMost(`Sound, ${name}: of ffmpeg's clear copy`, ratio(name), MOST)),
    text: [
      '## Sound alone',
      `${(bytes / 2 ** 20).toFixed(0)} MiB of WMA, 1114 bytes a sample.`,
      markdown(['what', 'CPU s, median (min–max)', 'of the copy', 'peak MiB'], Object.keys(runs).map(row)),
      [
        'Protected ASF to protected ASF of the other cipher, by one bundled file of the operators, which starts as the command does, with',
        'its code compiled before: it makes a home with its log in memory, a license and a grant, opens every sample, seals it again and',
        'forces the file to the disk. ffmpeg copies the clear file. First it is checked that there and back gives the same bytes.',
      ].join('\n'),
    ],
  }
}

export const audio = {
  name: 'audio',
  run: async (context) => {
    const folder = mkdtempSync(join(context.folder, 'audio-'))
    const measured = await measureAudio(folder, context)
    rmSync(folder, { recursive: true })
    return measured === undefined ? { aims: [], text: [], missing: ['no ffmpeg: sound alone is left out'] } : report(measured)
  },
}
