import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { issueCertificate, type CertificateDraft } from '@custody/core/certificate'
import type { Home } from '@custody/core/home'
import type { KeyId, LicenseId, SystemId } from '@custody/core/identity'
import { issueRevocationList, storeRevocationData } from '@custody/core/revocation'
import { thumbprint } from '@custody/core/signed'
import { authorizeExport, authorizeImport, type Grant, type Receiver } from '@custody/core/transfer'

import { succeed } from './temporary-home'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const DAY = 24 * 3600_000

/** A private key on P-256. */
export const receiverKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** An authority that certifies receivers and lists those whose certificates it takes back. */
export interface SessionAuthority {
  /** Public half of its root. */
  readonly root: KeyObject
  readonly certify: (key: KeyObject, members?: Partial<CertificateDraft>) => Receiver
  /** Stores a list in a home. */
  readonly list: (
    home: Home,
    list: { readonly kind: 'application' | 'device'; readonly version: string; readonly revoked?: ReadonlyArray<KeyObject> }
  ) => Promise<void>
}

/** Makes one. */
export const sessionAuthority = (): SessionAuthority => {
  const root = receiverKey()
  const at = (days: number) => new Date(Date.now() + days * DAY).toISOString().replace(/\.\d+Z$/, 'Z') as CertificateDraft['from']
  return {
    root: createPublicKey(root),
    certify: (key, members) => {
      const draft = { serial: 's', use: 'export', subject: 'receiver', level: 1000, systems: [SYSTEM] } as const
      return { type: 'certified', chain: [issueCertificate(root, { ...draft, key, from: at(-1), until: at(1), ...members })] }
    },
    list: async (home, { kind, version, revoked = [] }) => {
      const entries = revoked.map((key) => thumbprint(key))
      const list = issueRevocationList(root, { kind, version, entries, issued: at(-1), nextUpdate: at(1) })
      await succeed(storeRevocationData(home)(list))
    },
  }
}

/** The key that sessions for a new home are sealed to: the agreement key of its first epoch. */
export const agreementKey = async (home: Home): Promise<KeyObject> => (await succeed(home.keystore.agreement(0))).key

const ASKED = { system: SYSTEM, source: { digest: 'A'.repeat(43) }, registered: [SYSTEM] } as const

/** A grant to export in a session to a receiver. */
export const exportingTo = async (
  home: Home,
  keyId: KeyId,
  receiver: Receiver
): Promise<{ readonly grant: Grant; readonly useId: string }> => {
  const decision = await succeed(authorizeExport(home)({ ...ASKED, keyId, action: 'Copy', targetKeys: [], receiver }))
  if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
  return decision
}

/** A grant to take over content of a session to the key of a license of the home's own. */
export const importingSession = async (home: Home, lid: LicenseId, session: string, receiver?: Receiver): Promise<Grant> => {
  const request = { ...ASKED, lid, sourceKeys: [], session, scheme: 'mce' }
  const decision = await succeed(authorizeImport(home)({ ...request, ...(receiver && { receiver }) }))
  if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
  return decision.grant
}
