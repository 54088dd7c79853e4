import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import { pipe } from 'fp-ts/function'

import { base64 } from '../encoding/base64'
import { xmlEscaped } from '../encoding/read-xml'
import { textOfBytes, utf16 } from '../encoding/text-bytes'
import { xmlMembers, xmlRoot, xmlText, type PlacedElement } from '../encoding/xml-members'
import { badInput, type BadInput } from '../identity/bad-input'
import { keyIdFromText, keyIdToGuidBytes } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { systemIdFromText } from '../identity/system-id'
import { ShortText } from '../license/document-values'
import { issuerKeyThumbprint, type IssuerPublicKey } from './issuer-public-key'
import type { LicenseCriteria } from './license-criteria'
import { publicKeyElement, readPublicKey } from './public-key-element'

type Read<A> = E.Either<BadInput, A>

/** Largest deletion message in bytes. */
export const MAX_DELETION_MESSAGE = 64 * 1024

const ROOT = 'response'
const LRB = { type: 'LRB' }

const member = (placed: PlacedElement, name: string): Read<PlacedElement> =>
  pipe(
    xmlMembers(placed, { required: [name], attributes: placed.where === ROOT ? LRB : {} }),
    E.flatMap((members) => E.fromNullable(badInput(placed.where, name, 'nothing'))(members.get(name)))
  )

const optional = <A>(placed: PlacedElement | undefined, read: (text: string) => Read<A>): Read<A | undefined> =>
  placed === undefined
    ? E.right(undefined)
    : pipe(
        xmlText(placed),
        E.flatMap((text) =>
          pipe(
            read(text),
            E.mapLeft(({ expected, found }) => badInput(placed.where, expected, found))
          )
        )
      )

const lidOf = (text: string): Read<LicenseId> =>
  pipe(
    systemIdFromText(text),
    E.filterOrElse(LicenseId.is, () => badInput('LID', 'a GUID', text))
  )

const uidOf = (text: string): Read<string> => (ShortText.is(text) ? E.right(text) : E.left(badInput('UID', ShortText.name, text)))

const keyOf = (lgpubkey: PlacedElement | undefined): Read<string> =>
  pipe(
    E.fromNullable(badInput(ROOT, 'LGPUBKEY', 'none'))(lgpubkey),
    E.flatMap((placed) => member(placed, 'PublicKey')),
    E.flatMap(readPublicKey),
    E.map(issuerKeyThumbprint)
  )

const criteriaOf = (data: PlacedElement): Read<LicenseCriteria> =>
  pipe(
    E.Do,
    E.bind('members', () => xmlMembers(data, { required: ['META'], optional: ['KID', 'LID'] })),
    E.bind('meta', ({ members }) => E.fromNullable(badInput(data.where, 'META', 'none'))(members.get('META'))),
    E.bind('inside', ({ meta }) => xmlMembers(meta, { required: ['LGPUBKEY'], optional: ['UID'] })),
    E.bind('key', ({ inside }) => keyOf(inside.get('LGPUBKEY'))),
    E.bind('keyId', ({ members }) => optional(members.get('KID'), keyIdFromText)),
    E.bind('lid', ({ members }) => optional(members.get('LID'), lidOf)),
    E.bind('uid', ({ inside }) => optional(inside.get('UID'), uidOf)),
    E.map(({ key, keyId, lid, uid }) => ({
      key,
      ...(keyId !== undefined && { keyId }),
      ...(lid !== undefined && { lid }),
      ...(uid !== undefined && { uid }),
    }))
  )

/**
 * Reads a license deletion message, in UTF-16 or UTF-8. It carries no signature: whoever holds the vault decides to process
 * it, and it reaches licenses of the stated key only. What is optional and there but empty is refused.
 *
 * @errors `BadInput` with the place.
 * @source Windows Media Format 11 SDK, "License Deletion" (LI-48)
 */
export const readDeletionMessage = (bytes: Uint8Array): Read<LicenseCriteria> => {
  const size = `at most ${MAX_DELETION_MESSAGE} bytes`
  if (bytes.length > MAX_DELETION_MESSAGE) return E.left(badInput('deletion message', size, `${bytes.length} bytes`))
  const read = textOfBytes(bytes)
  if (O.isNone(read)) return E.left(badInput('deletion message', 'UTF-16 or UTF-8', 'other bytes'))
  return pipe(
    xmlRoot(read.value.text, ROOT),
    E.flatMap((response) => member(response, 'DATA')),
    E.flatMap((data) => member(data, 'LICENSEDATA')),
    E.flatMap((licenseData) => member(licenseData, 'DATA')),
    E.flatMap(criteriaOf)
  )
}

/** Writes what {@link readDeletionMessage} reads, in UTF-16. */
export const writeDeletionMessage = (
  key: IssuerPublicKey,
  { keyId, lid, uid }: Omit<LicenseCriteria, 'key'> = {}
): Uint8Array<ArrayBuffer> => {
  const kid = keyId === undefined ? '' : `<KID>${base64(keyIdToGuidBytes(keyId))}</KID>`
  const rights = lid === undefined ? '' : `<LID>${lid}</LID>`
  const user = uid === undefined ? '' : `<UID>${xmlEscaped(uid)}</UID>`
  const meta = `<META><LGPUBKEY>${publicKeyElement(key)}</LGPUBKEY>${user}</META>`
  const data = `<DATA>${kid}${rights}${meta}</DATA>`
  return utf16(`<response type="LRB"><DATA><LICENSEDATA>${data}</LICENSEDATA></DATA></response>`)
}
