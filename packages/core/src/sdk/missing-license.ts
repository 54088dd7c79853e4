import type { RefusalReason } from '../license/refusal'
import { FLAGS } from './flags'
import { HRESULT, type HresultName } from './hresult'
import type { WmtSignal } from './status-object'
import { WMT_STATUS } from './wmt-status'

/** What a reader knows of content that it could not open for want of a license. */
export interface UnopenedContent {
  /** Version 1 has the older headers, whose licenses come over a page only; 7 stands for all later ones. */
  readonly version: 1 | 7
  /** As the header names it. */
  readonly url: string
  /** Whether the URL's signature is good, missing or broken. */
  readonly urlState: 'trusted' | 'untrusted' | 'tampered'
}

/** Which ways to a license there are for content, the usual one first (LI-72: the user may choose among them). */
export type AcquisitionWays = ReadonlyArray<'silent' | 'non-silent'>

const TYPES = FLAGS.DRM_ATTR_DATATYPE
const TRUST = FLAGS.WMT_DRMLA_TRUST
const TRUST_OF = { untrusted: TRUST.UNTRUSTED, trusted: TRUST.TRUSTED, tampered: TRUST.TAMPERED } as const

const OUT_OF_DATE: ReadonlySet<RefusalReason> = new Set(['Expired', 'Exhausted', 'LicenseDisabled'])
const NONE: ReadonlySet<RefusalReason> = new Set(['NoLicense', 'LicenseRevoked'])

/** Which of the three codes says why a new license is needed: there is none, it is over, or it lacks the right (LI-70). */
export const missingLicenseCode = (reasons: ReadonlyArray<RefusalReason>): HresultName => {
  if (reasons.length === 0 || reasons.some((reason) => NONE.has(reason))) return 'NS_E_LICENSE_REQUIRED'
  return reasons.some((reason) => OUT_OF_DATE.has(reason)) ? 'NS_E_LICENSE_OUTOFDATE' : 'NS_E_LICENSE_INCORRECT_RIGHTS'
}

/**
 * What a reader's callback hears when content does not open for want of a license: first the state of the URL (LI-68), then
 * that there are no rights, with the address; for version 1 by the older status, without a reason (LI-69).
 *
 * @param reasons why the licenses that are here do not allow it.
 * @source docs/reference/domain.md, section 2.1 and LI-68 to LI-70
 */
export const missingLicense = (
  { version, url, urlState }: UnopenedContent,
  reasons: ReadonlyArray<RefusalReason>
): ReadonlyArray<WmtSignal> => {
  const { S_OK } = HRESULT
  const status = WMT_STATUS.WMT_LICENSEURL_SIGNATURE_STATE
  const state: WmtSignal = { status, hr: S_OK, type: TYPES.DWORD, value: TRUST_OF[urlState] }
  if (version === 1) return [state, { status: WMT_STATUS.WMT_NO_RIGHTS, hr: S_OK, type: TYPES.STRING, value: url }]
  const hr = HRESULT[missingLicenseCode(reasons)]
  const value = { hr, wszURL: url, wszLocalFilename: '', pbPostData: '' }
  return [state, { status: WMT_STATUS.WMT_NO_RIGHTS_EX, hr, type: TYPES.BINARY, value }]
}

/** The ways to a license for content: that of version 1 comes over a page only, and nobody tells when it came (LI-69). */
export const waysToLicense = ({ version, urlState }: UnopenedContent): AcquisitionWays => {
  if (urlState === 'tampered') return []
  return version === 1 ? ['non-silent'] : ['silent', 'non-silent']
}
