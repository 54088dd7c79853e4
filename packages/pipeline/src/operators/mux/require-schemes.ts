import type { BatchInside } from '../../batch/batch-inside'
import { SCHEME_CENC, SCHEME_MCE, SCHEME_NONE } from '../../batch/sample-columns'
import { PipelineError } from '../../fault/pipeline-error'
import type { Muxer } from './muxer'

const NAMES: ReadonlyMap<number, string> = new Map([
  [SCHEME_NONE, 'none'],
  [SCHEME_MCE, 'mce'],
  [SCHEME_CENC, 'cenc'],
])

/**
 * Lets no sample out under a wrong label: one that is declared clear, or lies under another scheme than the file will say.
 *
 * @errors `WrongState` with the names of the two schemes.
 */
export const requireSchemes = ({ columns, count }: BatchInside, { scheme: expected }: Pick<Muxer, 'scheme'>): void => {
  for (let row = 0; row < count; row += 1) {
    const found = columns.scheme[row] ?? SCHEME_NONE
    if (found !== expected) {
      throw new PipelineError({ type: 'WrongState', expected: nameOf(expected), found: nameOf(found) })
    }
  }
}

const nameOf = (scheme: number): string => NAMES.get(scheme) ?? `scheme ${String(scheme)}`
