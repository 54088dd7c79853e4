import { schemeNumber } from '../../batch/schemes'
import { runTask } from '../../effect/run-task'
import { PipelineError } from '../../fault/pipeline-error'
import type { CmafTarget, CmafTrackTarget } from './cmaf-target'
import { createCmafTrack, type CmafTrack } from './cmaf-track'
import type { Muxer } from './muxer'
import { rowsByTrack } from './rows-by-track'

/** Writes each track of a batch as fragments of its own file; nothing of the samples is copied. */
export const cmafMuxer = (target: CmafTarget): Muxer => {
  const tracks = new Map<number, CmafTrack>()
  return {
    schemeOf: (number) => schemeNumber(targetOf(target, number).protection.scheme),
    write: async (inside) => {
      let bytes = 0
      for (const [number, rows] of rowsByTrack(inside)) {
        const goal = targetOf(target, number)
        const track = tracks.get(number) ?? createCmafTrack(number, goal, { inside, rows })
        tracks.set(number, track)
        const chunks = track.fragments(inside, rows)
        await runTask(goal.sink.write(chunks))
        for (const chunk of chunks) bytes += chunk.length
      }
      return bytes
    },
    finish: async () => {
      await Promise.resolve()
      return [...tracks.values()].map((track) => track.written())
    },
  }
}

const targetOf = (target: CmafTarget, number: number): CmafTrackTarget => {
  const goal = target.tracks.get(number)
  if (goal === undefined) {
    throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `stream ${String(number)} has no target file` })
  }
  return goal
}
