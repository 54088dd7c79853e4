import * as t from 'io-ts'

/**
 * What a list revokes. The first three are the platform's usable kinds (RV-1); `issuer` is ours and lists issuers of
 * licenses. The platform's other identifiers (REVINFO, GRL, HDCP) are undocumented and refused.
 */
export type RevocationKind = 'application' | 'device' | 'networkDevice' | 'issuer'

/** Identifier of each kind, as lists carry it. @source Windows Media Format 11 SDK, "Revocation Type Identifiers"; the last is ours */
export const REVOCATION_KINDS: Readonly<Record<RevocationKind, string>> = {
  application: '90a37313-0ecf-4caa-a906-b188f6129300',
  device: '3129e375-ceb0-47d5-9cca-9db74cfd4332',
  networkDevice: 'cd75e604-543d-4a9c-9f09-fe6d24e8bf90',
  issuer: '171df168-ec7e-4763-9d14-cfc24870cf6f',
}

/** Names the revocation information where a key is certified to sign it. @source as above, WMDRM_REVOCATIONTYPE_REVINFO */
export const INFORMATION_ID = 'ccde5a55-a688-4405-a88b-d13f90d5ba3e'

const BY_ID: ReadonlyMap<unknown, RevocationKind> = new Map(
  (Object.entries(REVOCATION_KINDS) as ReadonlyArray<[RevocationKind, string]>).map(([kind, id]) => [id, kind])
)

const isKind = (value: unknown): value is RevocationKind =>
  typeof value === 'string' && Object.hasOwn(REVOCATION_KINDS, value)

/** A kind by name inside, by identifier in documents. */
export const RevocationKindId = new t.Type<RevocationKind, string, unknown>(
  'identifier of a kind of revocation list',
  isKind,
  (value, context) => {
    const kind = BY_ID.get(value)
    return kind === undefined ? t.failure(value, context) : t.success(kind)
  },
  (kind) => REVOCATION_KINDS[kind]
)
