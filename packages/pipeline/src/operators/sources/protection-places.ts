import type { KeyId } from '@custody/core/identity'

import { UNPROTECTED, type RowProtection } from '../../batch/row-protection'
import { schemeNumber } from '../../batch/schemes'
import type { LastGroup } from '../../cipher/common-encryption/pattern'
import { PipelineError } from '../../fault/pipeline-error'
import type { ListedProtection } from '../../isobmff/read/samples/listed-sample'

/** The ways of protection that turn up in a file while it is read. */
export interface ProtectionPlaces {
  /** At first only that of a clear sample. */
  readonly protections: ReadonlyArray<RowProtection>
  /**
   * The place of one among them; a new one is added.
   *
   * @param at byte offset of the sample in the file.
   * @errors `UnsupportedMedia` for more than rows can name.
   */
  readonly placeOf: (protection: ListedProtection, at: number) => number
}

/** Places that the 16 bits of a row can name. */
const MOST_PLACES = 0x1_0000

/** None but the first. @param lastGroup as the file is to be read; the standard's where it is left out. */
export const protectionPlaces = (lastGroup?: LastGroup): ProtectionPlaces => {
  const protections: RowProtection[] = [UNPROTECTED]
  const places = new Map<string, number>()
  return {
    protections,
    placeOf: ({ scheme, keyId, pattern }, at) => {
      const name = `${scheme} ${keyId} ${String(pattern?.crypt ?? 0)}:${String(pattern?.skip ?? 0)}`
      const known = places.get(name)
      if (known !== undefined) return known
      if (protections.length === MOST_PLACES) {
        throw new PipelineError({ type: 'UnsupportedMedia', at, what: `more than ${String(MOST_PLACES - 1)} keys and patterns` })
      }
      const own = { scheme: schemeNumber(scheme), keyId: keyId as KeyId, ...(pattern && { pattern }), ...(lastGroup && { lastGroup }) }
      const place = protections.push(own) - 1
      places.set(name, place)
      return place
    },
  }
}
