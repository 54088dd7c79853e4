import type { LicenseState, Standing } from '../license-state'
import { refusal, type Refusal } from '../refusal'

/** Why a license that is not held allows nothing. */
const BY_STANDING: Readonly<Record<Exclude<Standing, 'held'>, Refusal>> = {
  absent: refusal('NoLicense', 'LI-1', 'the license is not in the vault'),
  deleted: refusal('NoLicense', 'LI-1', 'the license was deleted'),
  marked: refusal('LicenseMarked', 'LI-45', 'the license is marked to be cleaned away'),
  disabled: refusal('LicenseDisabled', 'LI-21', 'the license was disabled when the clock was set back, until a new license comes'),
  revoked: refusal('LicenseRevoked', 'LI-50', 'the license was revoked by its issuer'),
}
const unknown = refusal('StandingUnknown', 'R6', 'the license stands in a way that this version does not know')

/** Whether a license is here to be used. A standing that is not known is a "no" (R6). */
export const judgeStanding = ({ standing }: LicenseState): Refusal | undefined => {
  if (standing === 'held') return undefined
  return Object.hasOwn(BY_STANDING, standing) ? BY_STANDING[standing] : unknown
}
