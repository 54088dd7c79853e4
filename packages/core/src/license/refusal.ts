import * as t from 'io-ts'

/**
 * Bits of the answer to "is this action allowed". A refusal always has the base bit.
 *
 * @source Windows Media Format 11 SDK, "DRM_ACTION_ALLOWED_QUERY_RESULTS"
 */
export const ACTION_NOT_ENABLED = 0x0001

/** Reasons with the bit that the platform has for each, 0 where it has none. None is ever taken out: events hold them. */
export const REFUSAL_BITS = {
  NoLicense: 0x0002,
  NoRight: 0x0004,
  ActionUnknown: 0x0004,
  Exhausted: 0x0008,
  Expired: 0x0010,
  NotStarted: 0x0020,
  ApplicationLevelTooLow: 0x0040,
  IndividualizationRequired: 0x0080,
  CopyLevelTooLow: 0x0100,
  CopyExcluded: 0x0200,
  ClockUntrusted: 0x0400,
  MeteringUnsupported: 0x0800,
  UplinkMissing: 0x1000,
  ChainTooLong: 0x1000,
  OutputLevelTooLow: 0,
  OutputProtectionMissing: 0,
  OutputLevelsUnknown: 0,
  AudioPathMissing: 0,
  SessionUnfit: 0,
  LicenseDisabled: 0,
  LicenseRevoked: 0,
  StandingUnknown: 0,
  LicenseContentUnknown: 0,
  RevocationTooOld: 0,
  RevocationStale: 0,
  ConditionUnsupported: 0,
  InclusionMissing: 0,
  SystemNotIncluded: 0,
  SystemUnregistered: 0,
  LicenseSignatureInvalid: 0,
  LicenseIssuerUnknown: 0,
  LicenseIssuerRevoked: 0,
  CertificateInvalid: 0,
  CertificateExpired: 0,
  CertificateRevoked: 0,
  LevelInadequate: 0,
  HandleStale: 0,
  GrantUsed: 0,
  GrantExpired: 0,
  GrantForged: 0,
} as const

/** Why a license does not allow an action. */
export type RefusalReason = keyof typeof REFUSAL_BITS

const RefusalReason = t.keyof(REFUSAL_BITS, 'refusal reason')

/** One reason for a "no", as it stands in events and on the screen. */
export const Refusal = t.type(
  {
    reason: RefusalReason,
    /** Bits of the platform's answer, the base bit included. */
    bits: t.number,
    /** Id of the rule that decided, as `EX-6`. */
    rule: t.string,
    /** One sentence for a person. */
    text: t.string,
  },
  'refusal'
)
export type Refusal = Readonly<t.TypeOf<typeof Refusal>>

/** Makes a refusal with its platform bits. */
export const refusal = (reason: RefusalReason, rule: string, text: string): Refusal => ({
  reason,
  bits: ACTION_NOT_ENABLED | REFUSAL_BITS[reason],
  rule,
  text,
})

/** The platform's answer for several refusals: all their bits (LI-6). Zero for none, which means allowed. */
export const queryResult = (refusals: ReadonlyArray<Refusal>): number =>
  refusals.reduce((bits, { bits: own }) => bits | own, 0)
