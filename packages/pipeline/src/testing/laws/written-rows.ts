import { lastValueFrom, map, toArray } from 'rxjs'

import { releaseBatch } from '../../batch/batch-inside'
import { createPool } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { openMedia } from '../../media/media-file'
import { demuxContent } from '../../operators/demux'
import type { PlanOutcome } from '../plan/run-plan'
import { givingSource } from '../run/giving-source'
import { must } from '../run/must'
import { seenRows, type SeenRow } from '../run/seen-row'

/** The rows of the files that a run wrote, whole or not, as a reader finds them; tracks have the numbers of the source again. */
export const writtenRows = async ({ files, plan: { target } }: PlanOutcome): Promise<ReadonlyArray<SeenRow>> => {
  const rows: SeenRow[] = []
  for (const [number, file] of files) {
    const bytes = file.bytes()
    if (bytes.length === 0) continue
    const own = await rowsOf(bytes, target === 'cocktail' ? 'cocktail' : 'mce')
    rows.push(...own.map((row) => (number === 0 ? row : { ...row, track: number })))
  }
  return rows
}

const rowsOf = async (bytes: Uint8Array, scheme: 'mce' | 'cocktail'): Promise<ReadonlyArray<SeenRow>> => {
  const file = await must(openMedia(givingSource(bytes)))
  const pool = createPool({ batchBytes: 64 * 1024 })
  const options = { scheme, ...(file.container === 'asf' && { salvage: true }) }
  const batches = runPipeline(pool, demuxContent(file, pool, options), (source) =>
    source.pipe(
      map((batch) => {
        const rows = seenRows(batch)
        releaseBatch(batch)
        return rows
      })
    )
  )
  return (await lastValueFrom(batches.pipe(toArray()))).flat()
}
