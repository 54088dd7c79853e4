import type { Usage } from './usage'

/**
 * Where a license stands in the vault. A held one allows what its document says, and so does a marked one until it is cleaned
 * away (LI-45, decision); a disabled one waits for a new document (LI-21); deleted and revoked ones are gone, and a revoked one
 * does not come back.
 */
export type Standing = 'absent' | 'held' | 'marked' | 'disabled' | 'deleted' | 'revoked'

/** What became of a license here. The document never changes; this does. */
export interface LicenseState {
  readonly standing: Standing
  /** First time that it was stored, microseconds since 1970; `null` for one that never was. */
  readonly storedAt: number | null
  /** First release of its key for any right (LI-20), microseconds since 1970; `null` before it. */
  readonly firstUsedAt: number | null
  /** Whether a savable license was made permanent (LI-43). */
  readonly persisted: boolean
  readonly usage: Usage
  /** Key in `usage` by use id: the uses that could still come back. */
  readonly reserved: ReadonlyMap<string, string>
}

/** A license that was never here. */
export const absentLicense: LicenseState = {
  standing: 'absent',
  storedAt: null,
  firstUsedAt: null,
  persisted: false,
  usage: new Map(),
  reserved: new Map(),
}
