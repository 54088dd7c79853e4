import * as t from 'io-ts'

import { IssuerId } from '../identity/issuer-id'
import { LicenseId } from '../identity/license-id'
import { Refusal } from './refusal'

/** Why one license, or all of them together, did not allow an action. */
export const LicenseRefusal = t.intersection(
  [Refusal, t.type({ license: t.union([t.type({ issuer: IssuerId, lid: LicenseId }), t.null]) })],
  'license refusal'
)
export type LicenseRefusal = Readonly<t.TypeOf<typeof LicenseRefusal>>
