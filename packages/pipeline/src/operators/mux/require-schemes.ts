import type { BatchInside } from '../../batch/batch-inside'
import { SCHEME_NONE, schemeName } from '../../batch/schemes'
import { PipelineError } from '../../fault/pipeline-error'
import type { Muxer } from './muxer'

/**
 * Lets no sample out under a wrong label: one that is declared clear, or lies under another scheme than the file will say.
 *
 * @errors `WrongState` with the names of the two schemes.
 */
export const requireSchemes = ({ columns, count }: BatchInside, { schemeOf }: Pick<Muxer, 'schemeOf'>): void => {
  for (let row = 0; row < count; row += 1) {
    const found = columns.scheme[row] ?? SCHEME_NONE
    const expected = schemeOf(columns.track[row] ?? 0)
    if (found !== expected) {
      throw new PipelineError({ type: 'WrongState', expected: schemeName(expected), found: schemeName(found) })
    }
  }
}
