import * as E from 'fp-ts/Either'

import { isWrmVersion, PLAYREADY_NAMESPACE, type WrmHeader, type WrmHeaderFault, type WrmKey, type WrmVersion } from './wrm-header'
import { readWrmXml, type WrmElement } from './wrm-xml'

type Read<A> = E.Either<WrmHeaderFault, A>

/** Elements of DATA that version 2 names; every other one is an attribute of the packager's own. */
const KNOWN_IN_DATA: ReadonlySet<string> = new Set([
  'SECURITYVERSION',
  'RID',
  'CID',
  'LAINFO',
  'KID',
  'CHECKSUM',
  'ALGID',
])

/**
 * Reads a header of version 2.0 or 4.0 to 4.3 (UTF-16LE). Elements that a known version does not name are passed over, a
 * DOCTYPE is refused, of equal elements the first counts.
 *
 * @errors `WrmHeaderMalformed`; `WrmHeaderUnsupported` for a version that is not known: a reader must not guess.
 */
export const parseWrmHeader = (bytes: Uint8Array): Read<WrmHeader> => {
  const root = readWrmXml(bytes)
  if (E.isLeft(root)) return root
  const { name, attributes, at } = root.right
  const version = attributes.get('version')
  if (name !== 'WRMHEADER' || version === undefined) return malformed(at, 'WRMHEADER with a version', name)
  if (!isWrmVersion(version)) {
    return E.left({ type: 'WrmHeaderUnsupported', at, expected: 'version 2.0.0.0 or 4.0.0.0 to 4.3.0.0', found: version })
  }
  const data = childOf(root.right, 'DATA')
  if (data === undefined) return malformed(at, 'DATA within WRMHEADER', 'none')
  if (version === '2.0.0.0') return readOfWindowsMedia(root.right, data)
  const namespace = attributes.get('xmlns')
  return namespace === PLAYREADY_NAMESPACE
    ? readOfPlayReady(version, data)
    : malformed(at, `namespace ${PLAYREADY_NAMESPACE}`, namespace ?? 'none')
}

const malformed = (at: number, expected: string, found: string): Read<never> =>
  E.left({ type: 'WrmHeaderMalformed', at, expected, found })

const childOf = ({ children }: WrmElement, name: string): WrmElement | undefined =>
  children.find((child) => child.name === name)

const textOf = (element: WrmElement, name: string): string | undefined => childOf(element, name)?.text

/** Fields of an object that are there. */
const present = <K extends string>(fields: Readonly<Record<K, string | undefined>>): { readonly [P in K]?: string } => {
  const kept: { [P in K]?: string } = {}
  for (const key of Object.keys(fields) as K[]) {
    const value = fields[key]
    if (value !== undefined) kept[key] = value
  }
  return kept
}

const readOfWindowsMedia = (root: WrmElement, data: WrmElement): Read<WrmHeader> => {
  const keyId = textOf(data, 'KID')
  if (keyId === undefined) return malformed(data.at, 'KID within DATA', 'none')
  const signature = childOf(root, 'SIGNATURE')
  return E.right({
    version: '2.0.0.0',
    keys: [{ keyId, ...present({ algorithm: textOf(data, 'ALGID'), checksum: textOf(data, 'CHECKSUM') }) }],
    licenseUrl: textOf(data, 'LAINFO') ?? '',
    ...present({
      securityVersion: textOf(data, 'SECURITYVERSION'),
      revocationVersion: textOf(data, 'RID'),
      contentId: textOf(data, 'CID'),
    }),
    attributes: data.children
      .filter(({ name }) => !KNOWN_IN_DATA.has(name))
      .map(({ name, text }) => ({ name, value: text })),
    ...(signature === undefined ? {} : { signature: readSignature(signature) }),
  })
}

const readSignature = (signature: WrmElement): NonNullable<WrmHeader['signature']> => ({
  hashAlgorithm: childOf(signature, 'HASHALGORITHM')?.attributes.get('type') ?? '',
  signAlgorithm: childOf(signature, 'SIGNALGORITHM')?.attributes.get('type') ?? '',
  value: textOf(signature, 'VALUE') ?? '',
})

const readOfPlayReady = (version: WrmVersion, data: WrmElement): Read<WrmHeader> => {
  const info = childOf(data, 'PROTECTINFO')
  const keys = version === '4.0.0.0' ? readOldKey(data, info) : readKeys(version, info)
  if (E.isLeft(keys)) return keys
  return E.right({
    version,
    keys: keys.right,
    licenseUrl: textOf(data, 'LA_URL') ?? '',
    ...present({
      userInterfaceUrl: textOf(data, 'LUI_URL'),
      domainServiceId: textOf(data, 'DS_ID'),
      decryptorSetup: textOf(data, 'DECRYPTORSETUP'),
      customXml: childOf(data, 'CUSTOMATTRIBUTES')?.inside,
      keyLength: info === undefined ? undefined : textOf(info, 'KEYLEN'),
      licenseRequested: info?.attributes.get('LICENSEREQUESTED'),
    }),
    attributes: [],
  })
}

const readOldKey = (data: WrmElement, info: WrmElement | undefined): Read<ReadonlyArray<WrmKey>> => {
  const keyId = textOf(data, 'KID')
  if (keyId === undefined) return malformed(data.at, 'KID within DATA', 'none')
  const algorithm = info === undefined ? undefined : textOf(info, 'ALGID')
  return E.right([{ keyId, ...present({ algorithm, checksum: textOf(data, 'CHECKSUM') }) }])
}

const readKeys = (version: WrmVersion, info: WrmElement | undefined): Read<ReadonlyArray<WrmKey>> => {
  if (info === undefined) return E.right([])
  const around = version === '4.1.0.0' ? info : childOf(info, 'KIDS')
  const keys: WrmKey[] = []
  for (const { name, attributes, at } of around?.children ?? []) {
    if (name !== 'KID') continue
    const keyId = attributes.get('VALUE')
    if (keyId === undefined) return malformed(at, 'KID with a VALUE', 'none')
    const algorithm = attributes.get('ALGID')
    const checksum = attributes.get('CHECKSUM')
    if (algorithm === 'AESCBC' && checksum !== undefined) return malformed(at, 'no CHECKSUM with AESCBC', checksum)
    keys.push({ keyId, ...present({ algorithm, checksum }) })
  }
  return E.right(keys)
}
