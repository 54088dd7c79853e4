import type { KeyId } from '@custody/core/identity'
import type { Conditions } from '@custody/core/license'
import fc from 'fast-check'

import { plantCanary } from '../canary/plant-canary'
import { temporaryHome, type TemporaryHome } from '../home/temporary-home'
import { licenseConditions, restrictions } from '../license/license-conditions'
import { LawBroken } from './law-broken'

/** Says whether something is allowed under conditions. */
export type Judge = (conditions: Conditions) => Promise<boolean> | boolean

/** How the law is tried. */
export interface RestrictionSettings {
  /** Pairs of conditions; 100 unless told. */
  readonly runs?: number
  readonly seed?: number
}

const RUNS = 100
const HOUR = 3_600_000
/** Dates of licenses are whole seconds. */
const MILLISECONDS = /\.\d+Z$/
const ID = 16

/**
 * Law P3: one restriction more never permits more. The judge is the library's own decision to export, made anew in a home for each
 * pair, unless one of yours is given, as for a mapping of rights to those of another system.
 *
 * @errors Rejects with `LawBroken`.
 */
export const lawP3PermitsNoMore = async (judge?: Judge, { runs = RUNS, seed }: RestrictionSettings = {}): Promise<void> => {
  const place = await temporaryHome({ inMemory: true })
  try {
    const now = place.home.clock.now() / 1000
    const momentOf = (hours: number): string => new Date(now + hours * HOUR).toISOString().replace(MILLISECONDS, 'Z')
    const allows = judge ?? exportJudge(place)
    const property = fc.asyncProperty(licenseConditions(momentOf), restrictions(momentOf), async (conditions, { name, apply }) => {
      const restricted = apply(conditions)
      if (!(await allows(restricted)) || (await allows(conditions))) return
      throw new LawBroken('P3', `it is allowed only where a restriction more ${name}`, JSON.stringify({ conditions, restricted }))
    })
    const details = await fc.check(property, { numRuns: runs, endOnFailure: true, ...(seed !== undefined && { seed }) })
    if (details.errorInstance instanceof LawBroken) throw details.errorInstance
    if (details.failed) throw new Error(`a judge could not be asked (seed ${String(details.seed)})`, { cause: details.errorInstance })
  } finally {
    place.remove()
  }
}

const exportJudge =
  (place: TemporaryHome): Judge =>
  async (conditions) => {
    const bytes = plantCanary(ID)
    const keyId = Buffer.from(bytes.buffer).toString('hex') as KeyId
    // Conditions that say nothing cannot be issued: what they would permit is nothing.
    return (await place.licensed(keyId, conditions)) && place.exports(keyId)
  }
