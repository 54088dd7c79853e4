import { CoreError } from '../fault/core-error'

/**
 * The version of a log's tables as their table `meta` states it. Throws {@link CoreError} with `LogNewerVersion` above the
 * one that this program knows, and with `LogBroken` for what is no version.
 */
export const schemaVersion = (stated: string | undefined, known: number, place: string): number => {
  const found = Number(stated)
  if (Number.isInteger(found) && found > 0 && found <= known) return found
  if (found > known) throw new CoreError({ type: 'LogNewerVersion', place, found, known })
  throw new CoreError({
    type: 'LogBroken',
    position: 0,
    expected: `tables of version ${known}`,
    found: `version ${stated ?? 'none'}`,
  })
}
