/** The clips that the long files are made from: their samples differ in size by a factor of some thirty. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { SHIPPED_SAMPLE } from './make-media.mjs'

/** 1280×720 with noise, so that a sample has about 26 KB, as in a film of good quality. */
const LARGE_SAMPLES = [
  ...['-nostdin', '-v', 'fatal', '-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25,noise=alls=20:allf=t'],
  ...['-f', 'lavfi', '-i', 'sine=f=440:r=48000', '-t', '10', '-map', '0:v', '-map', '1:a'],
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-g', '50', '-pix_fmt', 'yuv420p'],
  ...['-b:v', '5200k', '-maxrate', '5200k', '-bufsize', '5200k', '-c:a', 'aac', '-b:a', '128k', '-f', 'asf'],
]

const shipped = () => ({
  name: 'small samples',
  hasAims: false,
  about: 'the shipped clip, H.264 with B pictures and AAC at 250 kbit/s, about 0.4 KB per sample',
  source: SHIPPED_SAMPLE,
})

const largeSamples = (folder) => {
  const source = join(folder, 'large-samples.asf')
  const made = spawnSync('ffmpeg', [...LARGE_SAMPLES, source], { stdio: 'ignore' })
  if (made.status !== 0) return undefined
  return {
    name: 'large samples',
    hasAims: true,
    about: 'a clip by ffmpeg and libx264, H.264 with B pictures and AAC at 5.5 Mbit/s, 27 KB per video sample',
    source,
  }
}

/** The clips that can be had here, and in words what cannot. */
export const clips = (folder) => {
  const large = largeSamples(folder)
  if (large !== undefined) return { found: [large, shipped()], missing: [] }
  return { found: [shipped()], missing: ['no ffmpeg with libx264: the file of large samples is left out'] }
}
