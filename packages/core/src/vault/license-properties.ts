import type { StoredLicense } from './stored-licenses'

/**
 * A license's properties under the platform's names; `null` where the license states none.
 *
 * @source docs/reference/domain.md, section 2.6
 */
export interface LicenseProperties {
  /** Level of the secure audio path that the license needs, 0 for none. */
  readonly SAPLEVEL: number
  readonly SAPRequired: boolean
  readonly SOURCEID: string | null
  /** 0 to 2^31 - 1; higher is asked first (LI-16). */
  readonly PRIORITY: number
  /** RFC 3339. */
  readonly ISSUEDATE: string
  /** Key ID of the root that a leaf hangs on. */
  readonly UplinkID: string | null
  /** Version of the revocation information that the license needs: a 64-bit number as decimal text (RV-3, RV-6). */
  readonly REVINFOVERSION: string | null
}

/** Reads the properties of a license. */
export const licenseProperties = ({ document, priority, facts }: StoredLicense): LicenseProperties => {
  const { audioPath = 0, revocation = null } = document.requires ?? {}
  return {
    SAPLEVEL: audioPath,
    SAPRequired: audioPath > 0,
    SOURCEID: document.sourceId ?? null,
    PRIORITY: priority,
    ISSUEDATE: document.issued,
    UplinkID: facts.uplink,
    REVINFOVERSION: revocation,
  }
}
