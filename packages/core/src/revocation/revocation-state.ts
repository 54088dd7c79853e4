import type { RevocationKind } from './revocation-kind'

/** A list as it is stored, the newest of its kind. */
export interface StoredRevocationList {
  /** 64-bit number. */
  readonly version: bigint
  /** SHA-256 of the signing input, base64url. */
  readonly digest: string
  /** Microseconds since 1970. */
  readonly issued: number
  readonly nextUpdate: number
  /** Thumbprints and issuer ids. */
  readonly entries: ReadonlySet<string>
}

/** The version and digest that the revocation information demands of a list. */
export interface DemandedList {
  readonly version: bigint
  readonly digest: string
}

/** The revocation information as it is stored. */
export interface StoredRevocationInformation {
  readonly version: bigint
  readonly digest: string
  readonly issued: number
  readonly nextUpdate: number
  readonly lists: ReadonlyMap<RevocationKind, DemandedList>
}

/** Two documents with one version were seen, which only a broken or a lying authority signs. */
export interface RevocationFork {
  readonly kind: RevocationKind | 'information'
  readonly version: bigint
  /** Digests of the one that is stored and of the one that was refused. */
  readonly stored: string
  readonly found: string
}

/** What this home knows of revocation. */
export interface RevocationState {
  readonly lists: ReadonlyMap<RevocationKind, StoredRevocationList>
  readonly information: StoredRevocationInformation | null
  readonly forks: ReadonlyArray<RevocationFork>
}

/** A home that never had a list. */
export const noRevocation: RevocationState = { lists: new Map(), information: null, forks: [] }

/** Whether any of the names stands in the list of a kind. Without a list of that kind nothing is listed: ask its freshness first. */
export const isListed = (state: RevocationState, kind: RevocationKind, ids: ReadonlyArray<string>): boolean => {
  const entries = state.lists.get(kind)?.entries
  return entries !== undefined && ids.some((id) => entries.has(id))
}

/** The version that licenses compare with (RV-6), as decimal text; `null` before the first revocation information. */
export const informationVersion = (state: RevocationState): string | null =>
  state.information === null ? null : String(state.information.version)

/**
 * Whether this application's own certificate was revoked. If so no protected content may be used, whatever its license
 * says and whichever license brought the list (RV-4).
 */
export const ownApplicationRevoked = (state: RevocationState, thumbprint: string): boolean =>
  isListed(state, 'application', [thumbprint])
