import type { LicenseState, Standing } from '../license-state'
import { refusal, type Refusal } from '../refusal'

/** Standings in which a license is here to be used: what is marked to be cleaned away is usable until then (LI-45, decision). */
const USABLE: ReadonlySet<Standing> = new Set(['held', 'marked'])

/** Why a license that stands otherwise allows nothing. */
const BY_STANDING: Readonly<Record<Exclude<Standing, 'held' | 'marked'>, Refusal>> = {
  absent: refusal('NoLicense', 'LI-1', 'the license is not in the vault'),
  deleted: refusal('NoLicense', 'LI-1', 'the license was deleted'),
  disabled: refusal('LicenseDisabled', 'LI-21', 'the license was disabled when the clock was set back, until a new license comes'),
  revoked: refusal('LicenseRevoked', 'LI-50', 'the license was revoked by its issuer'),
}
const unknown = refusal('StandingUnknown', 'R6', 'the license stands in a way that this version does not know')

/** Whether a license is here to be used. A standing that is not known is a "no" (R6). */
export const judgeStanding = ({ standing }: LicenseState): Refusal | undefined => {
  if (USABLE.has(standing)) return undefined
  const refusals: Readonly<Partial<Record<Standing, Refusal>>> = BY_STANDING
  return (Object.hasOwn(refusals, standing) ? refusals[standing] : undefined) ?? unknown
}
