import * as E from 'fp-ts/Either'
import { SaxesParser } from 'saxes'

/** What a WRMHEADER of Windows Media says, as far as this library acts on it. */
export interface WrmHeader {
  /** As in `2.0.0.0`. */
  readonly version: string
  /** Base64 of the key ID in GUID order. */
  readonly keyId: string
  /** License URL; may be empty. */
  readonly licenseUrl: string
  /** `major.minor` of the rights component that the content asks for (IN-2). */
  readonly securityVersion?: string
  /** Content cipher where the header names one: `AESCTR` or `COCKTAIL`. */
  readonly algorithm?: string
}

/** Why a header cannot be read. */
export interface WrmHeaderFault {
  readonly type: 'WrmHeaderMalformed'
  readonly expected: string
  readonly found: string
}

const VERSION = '2.0.0.0'

/** A header is a few hundred bytes in practice; this is the bound before anything is parsed. */
const LARGEST_HEADER = 64 * 1024

const BYTE_ORDER_MARK = '\ufeff'

/**
 * Writes a header of version 2.0.0.0 as UTF-16LE without a byte order mark. It carries no signature: the signing keys of
 * the closed platform are not to be had, and readers here do not ask for one.
 *
 * @source docs/reference/third-party-systems.md §3
 */
export const buildWrmHeader = (header: Omit<WrmHeader, 'version'>): Uint8Array => {
  const members = [
    header.securityVersion === undefined ? '' : element('SECURITYVERSION', header.securityVersion),
    element('LAINFO', header.licenseUrl),
    element('KID', header.keyId),
    header.algorithm === undefined ? '' : element('ALGID', header.algorithm),
  ]
  return utf16(`<WRMHEADER version="${VERSION}"><DATA>${members.join('')}</DATA></WRMHEADER>`)
}

const element = (name: string, text: string): string => `<${name}>${escapeText(text)}</${name}>`

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'))

/**
 * Reads a header; elements that it does not know are passed over, a DOCTYPE is refused.
 *
 * @errors `WrmHeaderMalformed`.
 */
export const parseWrmHeader = (bytes: Uint8Array): E.Either<WrmHeaderFault, WrmHeader> => {
  if (bytes.length > LARGEST_HEADER) return malformed(`at most ${String(LARGEST_HEADER)} bytes`, String(bytes.length))
  const read = readElements(decode(bytes))
  if (E.isLeft(read)) return read
  const { version, texts } = read.right
  const keyId = texts.get('WRMHEADER/DATA/KID') ?? texts.get('WRMHEADER/DATA/PROTECTINFO/KID')
  if (version === undefined) return malformed('WRMHEADER with a version', 'another element')
  if (keyId === undefined) return malformed('KID within DATA', 'none')
  const securityVersion = texts.get('WRMHEADER/DATA/SECURITYVERSION')
  const algorithm = texts.get('WRMHEADER/DATA/ALGID') ?? texts.get('WRMHEADER/DATA/PROTECTINFO/ALGID')
  return E.right({
    version,
    keyId: keyId.trim(),
    licenseUrl: (texts.get('WRMHEADER/DATA/LAINFO') ?? texts.get('WRMHEADER/DATA/LA_URL') ?? '').trim(),
    ...(securityVersion === undefined ? {} : { securityVersion: securityVersion.trim() }),
    ...(algorithm === undefined ? {} : { algorithm: algorithm.trim() }),
  })
}

const malformed = (expected: string, found: string): E.Either<WrmHeaderFault, never> =>
  E.left({ type: 'WrmHeaderMalformed', expected, found })

/** UTF-16LE with or without a byte order mark, trailing zero characters allowed: both occur. */
const decode = (bytes: Uint8Array): string => {
  const text = new TextDecoder('utf-16le').decode(bytes)
  const bare = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  return bare.replace(/\0+$/, '')
}

interface Elements {
  readonly version: string | undefined
  /** Text by path, as in `WRMHEADER/DATA/KID`; of equal paths the first counts. */
  readonly texts: ReadonlyMap<string, string>
}

const readElements = (xml: string): E.Either<WrmHeaderFault, Elements> => {
  const texts = new Map<string, string>()
  const path: string[] = []
  let version: string | undefined
  let problem: string | undefined
  const parser = new SaxesParser()
  parser.on('doctype', () => {
    problem ??= 'a DOCTYPE'
  })
  parser.on('error', (error) => {
    problem ??= error.message
  })
  parser.on('opentag', (tag) => {
    path.push(tag.name)
    if (path.length === 1 && tag.name === 'WRMHEADER') version = tag.attributes['version'] ?? ''
  })
  parser.on('text', (text) => {
    const place = path.join('/')
    if (!texts.has(place)) texts.set(place, text)
  })
  parser.on('closetag', () => {
    path.pop()
  })
  parser.write(xml).close()
  return problem === undefined ? E.right({ version, texts }) : malformed('well-formed XML without a DOCTYPE', problem)
}
