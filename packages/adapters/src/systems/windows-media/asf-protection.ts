import { keyIdToGuidBytes, type KeyId, type RequiredVersion } from '@custody/core/identity'
import {
  advancedContentEncryptionObject,
  contentEncryptionObject,
  extendedContentEncryptionObject,
  protectionSystemIdentifierObject,
} from '@custody/pipeline/asf'
import type { MediaFault } from '@custody/pipeline/fault'
import type { MediaDescription, ProtectionHeader } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'

import { ID_OF_STREAM, MCE_SYSTEM, MCE_VERSION, PLAYREADY_SYSTEM, readHeaderFacts, type HeaderFacts } from './header-facts'
import type { KeyCheck } from './key-checksum'
import { buildPlayReadyObject, HEADER_RECORD } from './playready-object'
import { buildWrmHeader } from './write-wrm-header'

/** The content ciphers of protected ASF. */
export type AsfScheme = 'mce' | 'cocktail'

/** What the protection headers of an ASF file say together. */
export interface AsfProtection {
  readonly scheme: AsfScheme
  readonly keyId: KeyId
  readonly licenseUrl: string
  /** The rights component that the content itself asks for (IN-4); absent when it asks for none. */
  readonly securityVersion?: RequiredVersion
  /** What tells a wrong key by `keyMatchesHeader`; absent where no header has it. */
  readonly check?: KeyCheck
}

/** What headers are to be written for. */
export interface NewAsfProtection extends Omit<AsfProtection, 'check'> {
  /** Stream numbers. */
  readonly streams: ReadonlyArray<number>
  /** Base64 of the key's check value in the algorithm of the scheme. */
  readonly checksum?: string
  /** A PlayReady header beside those of Windows Media. */
  readonly playReady?: boolean
}

/** Header objects for a protected file, ready for the muxer. */
export interface AsfProtectionObjects {
  readonly protectionObjects: ReadonlyArray<Uint8Array>
  readonly extensionObjects: ReadonlyArray<Uint8Array>
}

/** The one protection type of Windows Media. */
const PROTECTION_TYPE = 'DRM'

const KEY_LENGTH: Readonly<Record<AsfScheme, string>> = { mce: '16', cocktail: '7' }
const ALGORITHM: Readonly<Record<AsfScheme, string>> = { mce: 'AESCTR', cocktail: 'COCKTAIL' }

/**
 * The protection headers of a file: Content Encryption and WRMHEADER name the key ID as Windows Media files do; with `mce`
 * an Advanced Content Encryption record says for which streams that the cipher is AES in counter mode.
 *
 * @source docs/reference/content-ciphers.md §2; the record's data, the key ID in GUID order, is a decision of this project.
 */
export const buildAsfProtection = (protection: NewAsfProtection): AsfProtectionObjects => {
  const { scheme, licenseUrl, streams } = protection
  const id = keyIdToGuidBytes(protection.keyId)
  const keyId = Buffer.from(id).toString('base64')
  const record = {
    systemId: MCE_SYSTEM,
    systemVersion: MCE_VERSION,
    objects: streams.map((stream) => ({ idType: ID_OF_STREAM, id: streamId(stream) })),
    data: id,
  }
  return {
    protectionObjects: [
      contentEncryptionObject({ secretData: new Uint8Array(), protectionType: PROTECTION_TYPE, keyId, licenseUrl }),
      extendedContentEncryptionObject(windowsMediaHeader(protection, keyId)),
      ...(protection.playReady === true ? [playReadyObject(protection, keyId)] : []),
    ],
    extensionObjects: scheme === 'mce' ? [advancedContentEncryptionObject([record])] : [],
  }
}

const streamId = (stream: number): Uint8Array => Uint8Array.of(stream & 0xff, stream >> 8)

/** Version 2 has no element for the cipher: the one of `mce` is an attribute of this library's own. */
const windowsMediaHeader = ({ scheme, licenseUrl, securityVersion, checksum }: NewAsfProtection, keyId: string): Uint8Array =>
  buildWrmHeader({
    version: '2.0.0.0',
    keys: [
      {
        keyId,
        ...(checksum === undefined ? {} : { checksum }),
        ...(scheme === 'mce' ? { algorithm: ALGORITHM[scheme] } : {}),
      },
    ],
    licenseUrl,
    attributes: [],
    ...(securityVersion === undefined ? {} : { securityVersion }),
  })

/** Version 4.0, which every PlayReady client reads. */
const playReadyObject = ({ scheme, licenseUrl, checksum }: NewAsfProtection, keyId: string): Uint8Array => {
  const header = buildWrmHeader({
    version: '4.0.0.0',
    keys: [{ keyId, algorithm: ALGORITHM[scheme], ...(checksum === undefined ? {} : { checksum }) }],
    keyLength: KEY_LENGTH[scheme],
    licenseUrl,
    attributes: [],
  })
  const data = buildPlayReadyObject([{ type: HEADER_RECORD, value: header }])
  return protectionSystemIdentifierObject({ systemId: PLAYREADY_SYSTEM, data })
}

/** In the order in which they are believed. */
const KINDS = [
  'extended-content-encryption',
  'protection-system-identifier',
  'content-encryption',
  'advanced-content-encryption',
] as const

/**
 * Reads what the protection headers say together. Undefined when the file has none.
 *
 * @errors `MalformedMedia` with the offset of the header; `UnsupportedMedia` for a protection that is not known here.
 */
export const readAsfProtection = (description: MediaDescription): E.Either<MediaFault, AsfProtection | undefined> => {
  const headers = KINDS.flatMap((kind) => description.protection.find((header) => header.kind === kind) ?? [])
  const [first] = headers
  if (first === undefined) return E.right(undefined)
  const known: HeaderFacts[] = []
  for (const header of headers) {
    if (isOutranked(header, headers)) continue
    const facts = readHeaderFacts(header)
    if (E.isLeft(facts)) return facts
    if (facts.right.keyIds.length > 0) known.push(facts.right)
  }
  return together(known, first.at)
}

/** DRM version 1 may name its key in a way of its own, which matters only to a file that has no later header. */
const isOutranked = ({ kind }: ProtectionHeader, headers: ReadonlyArray<ProtectionHeader>): boolean =>
  kind === 'content-encryption' && headers[0]?.kind === 'extended-content-encryption'

const together = (known: ReadonlyArray<HeaderFacts>, at: number): E.Either<MediaFault, AsfProtection> => {
  const [facts] = known
  const keyId = facts?.keyIds[0]
  if (facts === undefined || keyId === undefined) {
    return E.left({ type: 'UnsupportedMedia', at, what: 'a protection system that is not known' })
  }
  const algorithms = new Set(known.map(({ algorithm }) => algorithm))
  if (algorithms.has('AESCBC')) return E.left({ type: 'UnsupportedMedia', at, what: 'AESCBC in an ASF file' })
  const check = known.flatMap(({ checks }) => checks).find((each) => each.keyId === keyId)
  return E.right({
    scheme: algorithms.has('AESCTR') ? 'mce' : 'cocktail',
    keyId,
    licenseUrl: facts.licenseUrl,
    ...(facts.securityVersion === undefined ? {} : { securityVersion: facts.securityVersion }),
    ...(check === undefined ? {} : { check }),
  })
}
