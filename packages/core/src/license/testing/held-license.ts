import * as E from 'fp-ts/Either'

import type { SecurityVersion } from '../../identity/security-version'
import { acceptedLicense } from '../accept-license'
import type { Circumstances, DeviceStatement } from '../evaluation'
import type { HeldLicense } from '../held-license'
import { LicenseDocument } from '../license-document'
import { absentLicense, type LicenseState } from '../license-state'
import { timestampMicros, type Timestamp } from '../timestamp'

/** Microseconds since 1970 of a moment in RFC 3339. */
export const micros = (text: string): number => timestampMicros(text as Timestamp)

/** Noon of the first day of June 2026: the time of these tests. */
export const NOW = micros('2026-06-01T12:00:00Z')

/** A device that was not individualized and has nothing else to say. */
export const DEVICE: DeviceStatement = { epoch: 0, securityVersion: '2.2.0.0' as SecurityVersion }

/** A trusted clock at {@link NOW} on {@link DEVICE}. */
export const TRUSTED: Circumstances = { now: NOW, clock: { type: 'trusted' }, device: DEVICE }

/** A document that grants `Copy` without conditions, with other members put over it. It is checked by the codec. */
export const licenseDocument = (members: object = {}): LicenseDocument => {
  const value = {
    v: 1,
    lid: '01890000-0000-7000-8000-000000000001',
    issuer: 'A'.repeat(43),
    keyId: 'A'.repeat(22),
    issued: '2026-01-01T00:00:00Z',
    commit: 'A'.repeat(43),
    persist: 'permanent',
    rights: [{ action: 'Copy' }],
    ...members,
  }
  if (!LicenseDocument.is(value)) throw new Error(`not a document: ${JSON.stringify(value)}`)
  return value
}

/** A held license of a document, as if its signature had been verified; stored a day before {@link NOW}. */
export const heldLicense = (members: object = {}, state: Partial<LicenseState> = {}): HeldLicense => {
  const license = acceptedLicense(licenseDocument(members), 'jws', new Uint8Array(32))
  if (E.isLeft(license)) throw new Error(JSON.stringify(license.left))
  const held = { standing: 'held', storedAt: NOW - 24 * 3600 * 1_000_000 } as const
  return { license: license.right, state: { ...absentLicense, ...held, ...state } }
}
