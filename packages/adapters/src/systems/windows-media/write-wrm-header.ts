import * as E from 'fp-ts/Either'

import { PLAYREADY_NAMESPACE, type WrmHeader, type WrmKey } from './wrm-header'
import { readWrmXml } from './wrm-xml'

/**
 * Writes a header as UTF-16LE without a byte order mark, in canonical form: every element with a closing tag, attributes
 * in the order of the alphabet, the namespace first. A signature is written as it stands: it holds only for a header that
 * is otherwise the one that it was made for.
 *
 * @source docs/reference/third-party-systems.md §3
 */
export const buildWrmHeader = (header: WrmHeader): Uint8Array => {
  const xml = header.version === '2.0.0.0' ? windowsMediaXml(header) : playReadyXml(header)
  const bytes = utf16(xml)
  const read = readWrmXml(bytes)
  if (E.isLeft(read)) throw new TypeError(`custom XML or a name that does not fit: ${read.left.found}`)
  return bytes
}

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'))

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')

const escapeAttribute = (text: string): string => escapeText(text).replaceAll('"', '&quot;')

const element = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeText(text)}</${name}>`

const windowsMediaXml = (header: WrmHeader): string => {
  const [key] = header.keys
  const members = [
    element('RID', header.revocationVersion),
    element('SECURITYVERSION', header.securityVersion),
    element('CID', header.contentId),
    element('LAINFO', header.licenseUrl),
    element('KID', key?.keyId),
    element('CHECKSUM', key?.checksum),
    element('ALGID', key?.algorithm),
    ...header.attributes.map(({ name, value }) => element(name, value)),
  ]
  return `<WRMHEADER version="${header.version}"><DATA>${members.join('')}</DATA>${signatureXml(header)}</WRMHEADER>`
}

const signatureXml = ({ signature }: WrmHeader): string =>
  signature === undefined
    ? ''
    : `<SIGNATURE><HASHALGORITHM type="${escapeAttribute(signature.hashAlgorithm)}"></HASHALGORITHM>` +
      `<SIGNALGORITHM type="${escapeAttribute(signature.signAlgorithm)}"></SIGNALGORITHM>` +
      `${element('VALUE', signature.value)}</SIGNATURE>`

const playReadyXml = (header: WrmHeader): string => {
  const [key] = header.keys
  const old = header.version === '4.0.0.0'
  const members = [
    protectInfoXml(header),
    old ? element('KID', key?.keyId) : '',
    old ? element('CHECKSUM', key?.checksum) : '',
    header.licenseUrl === '' ? '' : element('LA_URL', header.licenseUrl),
    element('LUI_URL', header.userInterfaceUrl),
    element('DS_ID', header.domainServiceId),
    header.customXml === undefined ? '' : `<CUSTOMATTRIBUTES>${header.customXml}</CUSTOMATTRIBUTES>`,
    element('DECRYPTORSETUP', header.decryptorSetup),
  ]
  return `<WRMHEADER xmlns="${PLAYREADY_NAMESPACE}" version="${header.version}"><DATA>${members.join('')}</DATA></WRMHEADER>`
}

const protectInfoXml = (header: WrmHeader): string => {
  const { version, keys, keyLength, licenseRequested } = header
  const [key] = keys
  if (version === '4.0.0.0') {
    return `<PROTECTINFO>${element('KEYLEN', keyLength)}${element('ALGID', key?.algorithm)}</PROTECTINFO>`
  }
  if (key === undefined && licenseRequested === undefined) return ''
  const asked = attribute('LICENSEREQUESTED', licenseRequested)
  const inside = keys.map(keyXml).join('')
  return `<PROTECTINFO${asked}>${version === '4.1.0.0' ? inside : `<KIDS>${inside}</KIDS>`}</PROTECTINFO>`
}

const keyXml = ({ keyId, algorithm, checksum }: WrmKey): string =>
  `<KID${attribute('ALGID', algorithm)}${attribute('CHECKSUM', checksum)}${attribute('VALUE', keyId)}></KID>`

const attribute = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}="${escapeAttribute(value)}"`
