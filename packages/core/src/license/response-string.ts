import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import { pipe } from 'fp-ts/function'

import { base64, decodeBase64 } from '../encoding/base64'
import { textOfBytes, utf16 } from '../encoding/text-bytes'
import { xmlMembers, xmlRoot, xmlText, type PlacedElement } from '../encoding/xml-members'
import type { LicenseFault } from '../fault/core-fault'
import { badInput, type BadInput } from '../identity/bad-input'

type Read<A> = E.Either<LicenseFault | BadInput, A>

const RESPONSE = 'LICENSERESPONSE'
const LICENSE = 'LICENSE'
/** The one version that the platform's response strings have. */
const VERSION = '3.0.0.0'
/** What a license in the platform's own binary form begins with: it is licensed material, which nobody else can read. */
const XMR = [0x58, 0x4d, 0x52, 0x00]
const LESS_THAN = 0x3c

/** Whether bytes are XML rather than JSON: they begin with `<`, or with the byte order mark of UTF-16. */
export const isResponseString = (bytes: Uint8Array): boolean =>
  bytes[0] === LESS_THAN || (bytes[0] === 0xff && bytes[1] === 0xfe)

const textOf = (bytes: Uint8Array): E.Either<BadInput, string> => {
  const read = textOfBytes(bytes)
  return O.isSome(read) && read.value.form === 'utf-16le'
    ? E.right(read.value.text)
    : E.left(badInput(RESPONSE, 'UTF-16, little-endian', 'other bytes'))
}

/** Its version is judged apart from its shape, so that a license of another kind is refused by name. */
const licenseText = (license: PlacedElement): Read<string> => {
  const version = license.element.attributes.get('version') ?? 'none'
  if (version !== VERSION) return E.left({ type: 'LicenseVersionUnknown', version })
  return xmlText(license, { version })
}

const contentOf = (text: string): Read<Uint8Array> => {
  const bytes = decodeBase64(text)
  if (O.isNone(bytes)) return E.left(badInput(`${RESPONSE}/${LICENSE}`, 'base64', text))
  return XMR.every((byte, place) => bytes.value[place] === byte)
    ? E.left({ type: 'LicenseVersionUnknown', version: 'XMR' })
    : E.right(bytes.value)
}

/**
 * The bytes of the license in a response string. What is inside is our own JSON; a license in the platform's binary form is
 * refused by name.
 *
 * @errors `BadInput`; `LicenseVersionUnknown`, for binary licenses with `XMR`.
 * @source Windows Media Format 11 SDK, "Building an XMR License" (LI-54)
 */
export const licenseInside = (bytes: Uint8Array): Read<Uint8Array> =>
  pipe(
    textOf(bytes),
    E.flatMap((text) => xmlRoot(text, RESPONSE)),
    E.flatMap((response) => xmlMembers(response, { required: [LICENSE] })),
    E.flatMap((members): Read<string> => {
      const license = members.get(LICENSE)
      return license === undefined ? E.left(badInput(RESPONSE, LICENSE, 'nothing')) : licenseText(license)
    }),
    E.flatMap(contentOf)
  )

/** Wraps the bytes of a response in the platform's response string, in UTF-16. */
export const responseString = (response: Uint8Array): Uint8Array<ArrayBuffer> =>
  utf16(`<${RESPONSE}><${LICENSE} version="${VERSION}">${base64(response)}</${LICENSE}></${RESPONSE}>`)
