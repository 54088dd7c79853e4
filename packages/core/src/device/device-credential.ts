import type { KeyObject } from 'node:crypto'
import * as t from 'io-ts'

import { SecurityVersion } from '../identity/security-version'
import { signDocument } from '../signed/sign-document'
import { publicThumbprint } from './private-key'

/** The JWS `typ` of device credentials. */
export const CREDENTIAL_TYP = 'custody-credential+1'

/** What a device states about itself. That of epoch 0 is made by the device; later ones by a service. */
export const DeviceCredential = t.type(
  {
    v: t.literal(1),
    epoch: t.number,
    securityVersion: SecurityVersion,
    /** Thumbprints of the epoch's two public keys. */
    signing: t.string,
    agreement: t.string,
  },
  'device credential'
)
export type DeviceCredential = Readonly<t.TypeOf<typeof DeviceCredential>>

/** Signs the credential of an epoch with the epoch's own signing key. */
export const selfMadeCredential = (
  epoch: number,
  securityVersion: SecurityVersion,
  signing: KeyObject,
  agreement: KeyObject
): string => {
  const kid = publicThumbprint(signing)
  const payload: DeviceCredential = { v: 1, epoch, securityVersion, signing: kid, agreement: publicThumbprint(agreement) }
  return signDocument(signing, { typ: CREDENTIAL_TYP, kid }, payload)
}
