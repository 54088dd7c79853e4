/** One key that a header names. */
export interface WrmKey {
  /** Base64 of the key ID in GUID order, as it stands. */
  readonly keyId: string
  /** Content cipher where the header names one: `AESCTR`, `AESCBC` or `COCKTAIL`. */
  readonly algorithm?: string
  /** Base64 of the key's check value. */
  readonly checksum?: string
}

/** A custom attribute of a header of version 2: an element of DATA that the format does not name. */
export interface WrmAttribute {
  readonly name: string
  readonly value: string
}

/** The signature of a header of version 2 over its DATA element. Nobody but the closed platform makes or checks one. */
export interface WrmSignature {
  readonly hashAlgorithm: string
  readonly signAlgorithm: string
  /** Base64. */
  readonly value: string
}

/** What a header of Windows Media (2.0) or PlayReady (4.0 to 4.3) says. @source docs/reference/third-party-systems.md §3 */
export interface WrmHeader {
  readonly version: WrmVersion
  /** One in versions 2.0, 4.0 and 4.1; any number after that. */
  readonly keys: ReadonlyArray<WrmKey>
  /** License URL (LAINFO, LA_URL); may be empty. */
  readonly licenseUrl: string
  /** Page of the license server for people (LUI_URL). Version 4. */
  readonly userInterfaceUrl?: string
  /** `major.minor` of the rights component that the content asks for (IN-2). Version 2. */
  readonly securityVersion?: string
  /** Version of the revocation list that the content asks for. Version 2. */
  readonly revocationVersion?: string
  /** Content ID of the packager. Version 2. */
  readonly contentId?: string
  /** Bytes of the content key. Version 4.0. */
  readonly keyLength?: string
  /** Base64 of the domain service's GUID. Version 4. */
  readonly domainServiceId?: string
  /** `ONDEMAND` where a player is to wait with the license. Version 4.1 and later. */
  readonly decryptorSetup?: string
  /** As it stands at PROTECTINFO. Version 4.3. */
  readonly licenseRequested?: string
  /** Version 2. */
  readonly attributes: ReadonlyArray<WrmAttribute>
  /** The XML inside CUSTOMATTRIBUTES, as it stands. Version 4. */
  readonly customXml?: string
  readonly signature?: WrmSignature
}

/** The versions that are known; a higher one must fail, and 1 never was XML. */
export const WRM_VERSIONS = ['2.0.0.0', '4.0.0.0', '4.1.0.0', '4.2.0.0', '4.3.0.0'] as const
/** A version that is known. */
export type WrmVersion = (typeof WRM_VERSIONS)[number]

/** Whether a text names a version that is known. */
export const isWrmVersion = (text: string): text is WrmVersion => WRM_VERSIONS.some((version) => version === text)

/** The namespace of the headers of version 4; those of version 2 have none. */
export const PLAYREADY_NAMESPACE = 'http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader'

/** Why a header cannot be read. */
export interface WrmHeaderFault {
  readonly type: 'WrmHeaderMalformed' | 'WrmHeaderUnsupported'
  /** Byte offset in the header. */
  readonly at: number
  readonly expected: string
  readonly found: string
}
