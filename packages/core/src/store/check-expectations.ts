import { CoreError } from '../fault/core-error'
import type { AppendRequest, ModelExpectation } from './event-store'

/** The revision of each stream that an append names. Throws {@link CoreError} with `RevisionConflict` for the first unexpected one. */
export const checkRevisions = (
  { appends }: AppendRequest,
  revisionOf: (stream: string) => number
): ReadonlyMap<string, number> => {
  const revisions = new Map<string, number>()
  for (const { stream, expectedRevision: expected } of appends) {
    const actual = revisions.get(stream) ?? revisionOf(stream)
    revisions.set(stream, actual)
    if (expected !== 'any' && expected !== actual) {
      throw new CoreError({ type: 'RevisionConflict', stream, expected, actual })
    }
  }
  return revisions
}

/** Throws {@link CoreError} with `ModelConflict` where the ids found under a key, in order, are not the expected ones. */
export const checkModel = ({ model, key, ids }: ModelExpectation, found: ReadonlyArray<string>): void => {
  const same = found.length === ids.length && found.every((id, index) => id === ids[index])
  if (!same) throw new CoreError({ type: 'ModelConflict', model, key })
}
