import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import { pipe } from 'fp-ts/function'

import { base64, decodeBase64 } from '../encoding/base64'
import { xmlMembers, xmlText, type PlacedElement } from '../encoding/xml-members'
import { badInput, type BadInput } from '../identity/bad-input'
import type { IssuerPublicKey } from './issuer-public-key'

const COORDINATE = 32
/** 512 to 8192 bits. */
const MODULUS = { least: 64, most: 1024 }
const EXPONENT = { least: 1, most: 8 }

const numberIn = (
  members: ReadonlyMap<string, PlacedElement>,
  name: string,
  { least, most }: { readonly least: number; readonly most: number }
): E.Either<BadInput, Uint8Array> => {
  const placed = members.get(name)
  if (placed === undefined) return E.left(badInput(name, 'such an element', 'none'))
  return pipe(
    xmlText(placed),
    E.flatMap((text) => {
      const bytes = decodeBase64(text)
      const fits = O.isSome(bytes) && bytes.value.length >= least && bytes.value.length <= most && bytes.value.some((byte) => byte !== 0)
      return fits ? E.right(bytes.value) : E.left(badInput(placed.where, `base64 of ${least} to ${most} bytes`, text))
    })
  )
}

const coordinate = { least: COORDINATE, most: COORDINATE }

/**
 * Reads `PublicKey`: `Modulus` and `Exponent` in base64, big-endian, as the platform writes RSA keys; or `X` and `Y` in
 * base64 of 32 bytes each, which is ours, for issuers on P-256.
 *
 * @errors `BadInput` with the place.
 */
export const readPublicKey = (element: PlacedElement): E.Either<BadInput, IssuerPublicKey> => {
  const isRsa = element.element.children.some(({ name }) => name === 'Modulus')
  return isRsa
    ? pipe(
        xmlMembers(element, { required: ['Modulus', 'Exponent'] }),
        E.bindTo('members'),
        E.bind('modulus', ({ members }) => numberIn(members, 'Modulus', MODULUS)),
        E.bind('exponent', ({ members }) => numberIn(members, 'Exponent', EXPONENT)),
        E.map(({ modulus, exponent }) => ({ type: 'RSA', modulus, exponent }))
      )
    : pipe(
        xmlMembers(element, { required: ['X', 'Y'] }),
        E.bindTo('members'),
        E.bind('x', ({ members }) => numberIn(members, 'X', coordinate)),
        E.bind('y', ({ members }) => numberIn(members, 'Y', coordinate)),
        E.map(({ x, y }) => ({ type: 'P-256', x, y }))
      )
}

/** Writes what {@link readPublicKey} reads. */
export const publicKeyElement = (key: IssuerPublicKey): string =>
  key.type === 'RSA'
    ? `<PublicKey><Modulus>${base64(key.modulus)}</Modulus><Exponent>${base64(key.exponent)}</Exponent></PublicKey>`
    : `<PublicKey><X>${base64(key.x)}</X><Y>${base64(key.y)}</Y></PublicKey>`
