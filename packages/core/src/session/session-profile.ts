/**
 * How samples are protected at the border of a transfer. `session-gcm`: AES-256-GCM, each sample a frame. `session-rc4`: as the old
 * SDK has it, without any proof of what arrives.
 *
 * @source docs/reference/protocols.md, section 8
 */
export type SessionProfile = 'session-gcm' | 'session-rc4'

/** Bytes of the secret of a session: an AES-256 key, or the vector that sample keys are derived from. */
export const SESSION_SECRET_BYTES: Readonly<Record<SessionProfile, number>> = { 'session-gcm': 32, 'session-rc4': 16 }
