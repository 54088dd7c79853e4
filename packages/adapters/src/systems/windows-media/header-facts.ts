import { keyIdFromGuidBytes, keyIdFromText, RequiredVersion, type KeyId } from '@custody/core/identity'
import {
  parseAdvancedContentEncryption,
  parseContentEncryption,
  parseExtendedContentEncryption,
  parseProtectionSystemIdentifier,
} from '@custody/pipeline/asf'
import type { MediaFault } from '@custody/pipeline/fault'
import type { ProtectionHeader } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'

import type { KeyCheck } from './key-checksum'
import { HEADER_RECORD, parsePlayReadyObject } from './playready-object'
import { parseWrmHeader } from './read-wrm-header'
import { standardBase64 } from './wrm-base64'
import type { WrmAttribute, WrmHeader, WrmHeaderFault } from './wrm-header'

/** What one protection header of an ASF file says on its own. */
export interface HeaderFacts {
  readonly keyIds: ReadonlyArray<KeyId>
  readonly licenseUrl: string
  /** Check values of the keys, where the header has them. */
  readonly checks: ReadonlyArray<KeyCheck>
  /** `AESCTR`, `AESCBC` or `COCKTAIL` where the header names one. */
  readonly algorithm?: string
  /** Version of the WRMHEADER, or of the system in an Advanced Content Encryption record. */
  readonly version?: string
  readonly securityVersion?: RequiredVersion
  readonly contentId?: string
  /** The rights component's own texts, as they stand. */
  readonly attributes: ReadonlyArray<WrmAttribute>
  readonly signed: boolean
  /** Stream numbers that the header names; none where it stands for all. */
  readonly streams: ReadonlyArray<number>
}

/** AES in counter mode, as network devices and this library mark it. @source docs/reference/asf.md §1.4 */
export const MCE_SYSTEM = '7A079BB6-DAA4-4E12-A5CA-91D38DC11A8D'
/** The version of it that is known. */
export const MCE_VERSION = 1
/** The kind of object id that is described: a stream number in two bytes. */
export const ID_OF_STREAM = 1
/** PlayReady inside the Protection System Identifier Object. @source docs/reference/asf.md §1.4 */
export const PLAYREADY_SYSTEM = 'F4637010-03C3-42CD-B932-B48ADF3A6A54'

const OBJECT_FRAME = 24
const DATA_LENGTH = 4
const GUID_BYTES = 16

const NOTHING = { keyIds: [], licenseUrl: '', checks: [], attributes: [], signed: false, streams: [] } as const

type Read = E.Either<MediaFault, HeaderFacts>

/**
 * Reads one header. A header of a system that is not known says nothing.
 *
 * @errors `MalformedMedia` with the byte offset in the file; `UnsupportedMedia` for a version that is not known.
 */
export const readHeaderFacts = (header: ProtectionHeader): Read => {
  switch (header.kind) {
    case 'content-encryption':
      return readClassic(header)
    case 'extended-content-encryption':
      return readExtended(header)
    case 'advanced-content-encryption':
      return readAdvanced(header)
    case 'protection-system-identifier':
      return readIdentifier(header)
    default:
      return E.right(NOTHING)
  }
}

const malformed = (at: number, { expected, found }: { readonly expected: string; readonly found: string }): Read =>
  E.left({ type: 'MalformedMedia', format: 'asf', at, expected, found })

const readClassic = (header: ProtectionHeader): Read => {
  const fields = parseContentEncryption(header.data, header.at)
  if (E.isLeft(fields)) return fields
  const keyId = keyIdFromText(standardBase64(fields.right.keyId))
  if (E.isLeft(keyId)) return malformed(header.at, keyId.left)
  return E.right({ ...NOTHING, keyIds: [keyId.right], licenseUrl: fields.right.licenseUrl })
}

const readExtended = (header: ProtectionHeader): Read => {
  const data = parseExtendedContentEncryption(header.data, header.at)
  if (E.isLeft(data)) return data
  return readWrm(data.right, header.at + OBJECT_FRAME + DATA_LENGTH)
}

const readIdentifier = (header: ProtectionHeader): Read => {
  const fields = parseProtectionSystemIdentifier(header.data, header.at)
  if (E.isLeft(fields)) return fields
  const { systemId, data } = fields.right
  if (systemId !== PLAYREADY_SYSTEM) return E.right(NOTHING)
  return readPlayReadyFacts(data, header.at + OBJECT_FRAME + GUID_BYTES)
}

/**
 * Reads the header inside a PlayReady Object of any container; one without a header says nothing.
 *
 * @param at Byte offset of the object in the file.
 * @errors `MalformedMedia` with the byte offset in the file; `UnsupportedMedia` for a version that is not known.
 */
export const readPlayReadyFacts = (data: Uint8Array, at: number): Read => {
  const records = parsePlayReadyObject(data)
  if (E.isLeft(records)) return malformed(at + records.left.at, records.left)
  const record = records.right.find(({ type }) => type === HEADER_RECORD)
  return record === undefined ? E.right(NOTHING) : readWrm(record.value, at + record.value.byteOffset - data.byteOffset)
}

const readWrm = (bytes: Uint8Array, at: number): Read => {
  const wrm = parseWrmHeader(bytes)
  if (E.isLeft(wrm)) return ofWrmFault(wrm.left, at)
  const { version, licenseUrl, securityVersion, contentId, attributes, signature } = wrm.right
  const keys = readKeys(wrm.right)
  if (E.isLeft(keys)) return malformed(at, keys.left)
  if (securityVersion !== undefined && !RequiredVersion.is(securityVersion)) {
    return malformed(at, { expected: 'SECURITYVERSION of two numbers', found: JSON.stringify(securityVersion) })
  }
  const algorithm = wrm.right.keys.find((key) => key.algorithm !== undefined)?.algorithm
  return E.right({
    ...keys.right,
    version,
    licenseUrl,
    attributes,
    signed: signature !== undefined,
    streams: [],
    ...(securityVersion === undefined ? {} : { securityVersion }),
    ...(contentId === undefined ? {} : { contentId }),
    ...(algorithm === undefined ? {} : { algorithm }),
  })
}

const ofWrmFault = ({ type, at, expected, found }: WrmHeaderFault, base: number): Read =>
  type === 'WrmHeaderUnsupported'
    ? E.left({ type: 'UnsupportedMedia', at: base + at, what: `WRMHEADER of version ${JSON.stringify(found)}` })
    : malformed(base + at, { expected, found })

/** Version 2 knows one cipher and does not name it. */
const readKeys = ({ version, keys }: WrmHeader): E.Either<{ expected: string; found: string }, Pick<HeaderFacts, 'keyIds' | 'checks'>> => {
  const keyIds: KeyId[] = []
  const checks: KeyCheck[] = []
  for (const key of keys) {
    const keyId = keyIdFromText(standardBase64(key.keyId))
    if (E.isLeft(keyId)) return keyId
    keyIds.push(keyId.right)
    const algorithm = key.algorithm ?? (version === '2.0.0.0' ? 'COCKTAIL' : undefined)
    if (key.checksum === undefined || (algorithm !== 'AESCTR' && algorithm !== 'COCKTAIL')) continue
    checks.push({ keyId: keyId.right, algorithm, checksum: key.checksum })
  }
  return E.right({ keyIds, checks })
}

/** The record of AES in counter mode; a higher version than is known must fail, other systems are passed over. */
const readAdvanced = (header: ProtectionHeader): Read => {
  const records = parseAdvancedContentEncryption(header.data, header.at)
  if (E.isLeft(records)) return records
  const record = records.right.find(({ systemId }) => systemId === MCE_SYSTEM)
  if (record === undefined) return E.right(NOTHING)
  if (record.systemVersion > MCE_VERSION) {
    const what = `version ${String(record.systemVersion)} of AES in counter mode`
    return E.left({ type: 'UnsupportedMedia', at: header.at, what })
  }
  const keyId = keyIdFromGuidBytes(record.data)
  if (E.isLeft(keyId)) return malformed(header.at, keyId.left)
  const streams = record.objects.filter(({ idType }) => idType === ID_OF_STREAM).map(({ id }) => (id[0] ?? 0) | ((id[1] ?? 0) << 8))
  return E.right({ ...NOTHING, keyIds: [keyId.right], algorithm: 'AESCTR', version: String(record.systemVersion), streams })
}
