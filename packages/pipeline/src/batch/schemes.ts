/** How the samples of a row are protected now. */
export const SCHEME_NONE = 0
/** AES-CTR over the whole media object, id and block number as counter (ASF). */
export const SCHEME_MCE = 1
/** Common Encryption `cenc`. */
export const SCHEME_CENC = 2
/** Common Encryption `cens`. */
export const SCHEME_CENS = 3
/** Common Encryption `cbc1`. */
export const SCHEME_CBC1 = 4
/** Common Encryption `cbcs`. */
export const SCHEME_CBCS = 5
/** The classic cipher of Windows Media; the ranges of a row are its units, each all protected. */
export const SCHEME_COCKTAIL = 6
/** The legacy profile of a session: each sample under RC4, by its salt. */
export const SCHEME_SESSION_RC4 = 7
/** The usual profile of a session: each sample a frame of AES-256-GCM, by its salt, with a tag. */
export const SCHEME_SESSION_GCM = 8

/** Schemes by their numbers. */
const NAMES = ['none', 'mce', 'cenc', 'cens', 'cbc1', 'cbcs', 'cocktail', 'session-rc4', 'session-gcm'] as const

/** The name of a scheme. */
export type SchemeName = (typeof NAMES)[number]

/** The number that a name stands for. */
export const schemeNumber = (name: SchemeName): number => NAMES.indexOf(name)

/** The name of a number; of one that is none of ours, the number. */
export const schemeName = (scheme: number): string => NAMES[scheme] ?? `scheme ${String(scheme)}`
