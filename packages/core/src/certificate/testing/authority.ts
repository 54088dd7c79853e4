import { generateKeyPairSync, type KeyObject } from 'node:crypto'

import type { SystemId } from '../../identity/system-id'
import type { Timestamp } from '../../license/timestamp'
import { issueCertificate, type CertificateDraft } from '../issue-certificate'

/** A private key on P-256 of a test's own. */
export const testKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** A certificate about a key, for 2026, of level 1000, with what a test wants different. */
export const certify = (
  signer: KeyObject,
  key: KeyObject,
  members: Partial<Omit<CertificateDraft, 'key'>> = {}
): string =>
  issueCertificate(signer, {
    key,
    serial: 'serial',
    use: 'export',
    subject: 'subject',
    level: 1000,
    from: '2026-01-01T00:00:00Z' as Timestamp,
    until: '2026-12-31T23:59:59Z' as Timestamp,
    systems: ['9a04f079-9840-4286-ab92-e65be0885f95' as SystemId],
    ...members,
  })
