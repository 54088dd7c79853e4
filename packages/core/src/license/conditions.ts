import type { LicenseDocument } from './license-document'

/** Members that name a license, and its place in a chain: they come with the draft. */
type Named = 'v' | 'lid' | 'issuer' | 'keyId' | 'issued' | 'commit' | 'chain'

/** What an issuer decides about a license. A license is permanent unless `persist` says otherwise. */
export type Conditions = Pick<LicenseDocument, 'rights'> & Partial<Omit<LicenseDocument, Named | 'rights'>>
