import {
  keyIdFromGuidBytes,
  keyIdFromText,
  keyIdToGuidBytes,
  RequiredVersion,
  type KeyId,
} from '@custody/core/identity'
import {
  advancedContentEncryptionObject,
  contentEncryptionObject,
  extendedContentEncryptionObject,
  parseAdvancedContentEncryption,
  parseContentEncryption,
  parseExtendedContentEncryption,
} from '@custody/pipeline/asf'
import type { MediaFault } from '@custody/pipeline/fault'
import type { MediaDescription, ProtectionHeader } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'

import { buildWrmHeader, parseWrmHeader } from './wrm-header'

/** The content ciphers of protected ASF. */
export type AsfScheme = 'mce' | 'cocktail'

/** What the protection headers of an ASF file say together. */
export interface AsfProtection {
  readonly scheme: AsfScheme
  readonly keyId: KeyId
  readonly licenseUrl: string
  /** The rights component that the content itself asks for (IN-4); absent when it asks for none. */
  readonly securityVersion?: RequiredVersion
}

/** Header objects for a protected file, ready for the muxer. */
export interface AsfProtectionObjects {
  readonly protectionObjects: ReadonlyArray<Uint8Array>
  readonly extensionObjects: ReadonlyArray<Uint8Array>
}

/** AES in counter mode, as network devices and this library mark it. @source docs/reference/asf.md §1.4 */
const MCE_SYSTEM = '7A079BB6-DAA4-4E12-A5CA-91D38DC11A8D'
const MCE_VERSION = 1

/** The only kind of object id that is described: a stream number in two bytes. */
const ID_OF_STREAM = 1

/** The one protection type of Windows Media. */
const PROTECTION_TYPE = 'DRM'

/**
 * The protection headers of a file that is protected with `mce`: Content Encryption and WRMHEADER name the key ID as
 * Windows Media files do; an Advanced Content Encryption record per stream says that the cipher is AES in counter mode.
 *
 * @source docs/reference/content-ciphers.md §2; the record's data, the key ID in GUID order, is a decision of this project.
 */
export const buildAsfProtection = (
  protection: Omit<AsfProtection, 'scheme'> & { readonly scheme: 'mce'; readonly streams: ReadonlyArray<number> }
): AsfProtectionObjects => {
  const id = keyIdToGuidBytes(protection.keyId)
  const keyId = Buffer.from(id).toString('base64')
  const { licenseUrl, securityVersion } = protection
  return {
    protectionObjects: [
      contentEncryptionObject({ secretData: new Uint8Array(), protectionType: PROTECTION_TYPE, keyId, licenseUrl }),
      extendedContentEncryptionObject(
        buildWrmHeader({ keyId, licenseUrl, algorithm: 'AESCTR', ...(securityVersion === undefined ? {} : { securityVersion }) })
      ),
    ],
    extensionObjects: [
      advancedContentEncryptionObject([
        {
          systemId: MCE_SYSTEM,
          systemVersion: MCE_VERSION,
          objects: protection.streams.map((stream) => ({ idType: ID_OF_STREAM, id: streamId(stream) })),
          data: id,
        },
      ]),
    ],
  }
}

const streamId = (stream: number): Uint8Array => Uint8Array.of(stream & 0xff, stream >> 8)

/**
 * Reads what the protection headers say. Undefined when the file has none.
 *
 * @errors `MalformedMedia` with the offset of the header; `UnsupportedMedia` for a protection that is not known here.
 */
export const readAsfProtection = (description: MediaDescription): E.Either<MediaFault, AsfProtection | undefined> => {
  const byKind = new Map(description.protection.map((header) => [header.kind, header]))
  const wrm = byKind.get('extended-content-encryption')
  const classic = byKind.get('content-encryption')
  const advanced = byKind.get('advanced-content-encryption')
  if (wrm === undefined && classic === undefined && advanced === undefined) return E.right(undefined)
  const mce = advanced === undefined ? E.right(undefined) : readMceKeyId(advanced)
  if (E.isLeft(mce)) return mce
  const scheme: AsfScheme = mce.right === undefined ? 'cocktail' : 'mce'
  if (wrm !== undefined) return readWrm(wrm, scheme)
  if (classic !== undefined) return readClassic(classic, scheme)
  return mce.right === undefined
    ? E.left({ type: 'UnsupportedMedia', at: advanced?.at, what: 'an Advanced Content Encryption system that is not known' })
    : E.right({ scheme, keyId: mce.right, licenseUrl: '' })
}

const readWrm = (header: ProtectionHeader, scheme: AsfScheme): E.Either<MediaFault, AsfProtection> => {
  const data = parseExtendedContentEncryption(header.data, header.at)
  if (E.isLeft(data)) return data
  const wrm = parseWrmHeader(data.right)
  if (E.isLeft(wrm)) return malformed(header, wrm.left)
  const keyId = keyIdFromText(wrm.right.keyId)
  if (E.isLeft(keyId)) return malformed(header, keyId.left)
  const { licenseUrl, securityVersion } = wrm.right
  if (securityVersion === undefined) return E.right({ scheme, keyId: keyId.right, licenseUrl })
  if (!RequiredVersion.is(securityVersion)) {
    return malformed(header, { expected: 'SECURITYVERSION of two numbers', found: JSON.stringify(securityVersion) })
  }
  return E.right({ scheme, keyId: keyId.right, licenseUrl, securityVersion })
}

const readClassic = (header: ProtectionHeader, scheme: AsfScheme): E.Either<MediaFault, AsfProtection> => {
  const fields = parseContentEncryption(header.data, header.at)
  if (E.isLeft(fields)) return fields
  const keyId = keyIdFromText(fields.right.keyId)
  return E.isLeft(keyId)
    ? malformed(header, keyId.left)
    : E.right({ scheme, keyId: keyId.right, licenseUrl: fields.right.licenseUrl })
}

/** The key ID of the record of AES in counter mode; a higher version than is known must fail, other systems are passed over. */
const readMceKeyId = (header: ProtectionHeader): E.Either<MediaFault, KeyId | undefined> => {
  const records = parseAdvancedContentEncryption(header.data, header.at)
  if (E.isLeft(records)) return records
  const record = records.right.find(({ systemId }) => systemId === MCE_SYSTEM)
  if (record === undefined) return E.right(undefined)
  if (record.systemVersion > MCE_VERSION) {
    const what = `version ${String(record.systemVersion)} of AES in counter mode`
    return E.left({ type: 'UnsupportedMedia', at: header.at, what })
  }
  const keyId = keyIdFromGuidBytes(record.data)
  return E.isLeft(keyId) ? malformed(header, keyId.left) : E.right(keyId.right)
}

const malformed = (
  header: ProtectionHeader,
  { expected, found }: { readonly expected: string; readonly found: string }
): E.Either<MediaFault, never> => E.left({ type: 'MalformedMedia', format: 'asf', at: header.at, expected, found })
