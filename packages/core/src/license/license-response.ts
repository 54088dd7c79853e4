import * as E from 'fp-ts/Either'
import * as t from 'io-ts'
import { pipe } from 'fp-ts/function'

import { codecMismatch } from '../encoding/codec-mismatch'
import type { LicenseFault } from '../fault/core-fault'
import { badInput, type BadInput } from '../identity/bad-input'
import { exactly } from '../signed/exactly'
import { boundedList } from './document-values'
import { isResponseString, licenseInside } from './response-string'

/** Largest response in bytes, whatever its form. */
export const MAX_RESPONSE = 4 * 1024 * 1024

const MAX_CERTIFICATES = 16
const MAX_LISTS = 16
const VERSION_MEMBER = '/v'

/** What a license server answers with, and what a license file holds. */
export const LicenseResponseDocument = exactly(
  t.intersection(
    [
      t.type({
        v: t.literal(1),
        /** The license document, a compact JWS. */
        document: t.string,
        /** Certificates of the issuer's chain and of keys that signed lists, compact JWS, in any order. */
        certificates: boundedList(t.string, MAX_CERTIFICATES),
        /** Revocation lists and information (RV-2), compact JWS. */
        revocation: boundedList(t.string, MAX_LISTS),
      }),
      /** The content key, a compact JWE to the device's agreement key; a leaf of a chain has none. */
      t.partial({ key: t.string }),
    ],
    'license response'
  )
)

/** A license on its way to a vault. Nothing in it is believed yet. */
export interface LicenseResponse {
  /** The license document, a compact JWS. */
  readonly document: string
  /** The content key, a compact JWE to the device's agreement key; a leaf of a chain has none. */
  readonly key?: string
  readonly certificates: ReadonlyArray<string>
  readonly revocation: ReadonlyArray<string>
}

type Read<A> = E.Either<LicenseFault | BadInput, A>

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const parse = (bytes: Uint8Array): Read<unknown> => {
  try {
    return E.right(JSON.parse(strictUtf8.decode(bytes)) as unknown)
  } catch {
    return E.left(badInput('license response', 'JSON in UTF-8, or LICENSERESPONSE in UTF-16', 'another form'))
  }
}

const decode = (value: unknown): Read<LicenseResponse> => {
  const decoded = LicenseResponseDocument.decode(value)
  if (E.isRight(decoded)) {
    const { document, key, certificates, revocation } = decoded.right
    return E.right({ document, ...(key !== undefined && { key }), certificates, revocation })
  }
  const { where, expected, found } = codecMismatch(decoded.left)
  return where === VERSION_MEMBER
    ? E.left({ type: 'LicenseVersionUnknown', version: found })
    : E.left(badInput(`license response${where}`, expected, found))
}

/**
 * Reads a license response: JSON in UTF-8, or the response string of the platform, `LICENSERESPONSE` in UTF-16, with the
 * same JSON inside (LI-54). Signatures are checked where the license is stored.
 *
 * @errors `BadInput` with the place, `LicenseTooLarge`, `LicenseVersionUnknown`.
 */
export const readLicenseResponse = (bytes: Uint8Array): Read<LicenseResponse> => {
  if (bytes.length > MAX_RESPONSE) return E.left({ type: 'LicenseTooLarge', bytes: bytes.length, limit: MAX_RESPONSE })
  return pipe(
    isResponseString(bytes) ? licenseInside(bytes) : E.right(bytes),
    E.flatMap(parse),
    E.flatMap(decode)
  )
}

/** Writes a response as JSON in UTF-8. */
export const writeLicenseResponse = (response: LicenseResponse): Uint8Array<ArrayBuffer> => {
  const { document, key, certificates, revocation } = response
  const members = { v: 1, document, ...(key !== undefined && { key }), certificates, revocation }
  return new TextEncoder().encode(JSON.stringify(members))
}
