import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as t from 'io-ts'

import { b64u, decodeB64u } from '../encoding/b64u'
import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'
import type { Random } from '../random/random'
import { openGcm, sealGcm } from '../secret/gcm'
import { nonceSource } from '../secret/nonce-source'
import { sealBroken, type SealBroken } from '../secret/seal-broken'
import type { Secret } from '../secret/secret'

/**
 * Personal data as an event holds it: only the key of its subject opens it, so that it can be forgotten while the event
 * and the hash chain stay. Whoever reads the log sees how long it is.
 *
 * @source docs/reference/protocols.md, section 7
 */
export const SealedMember = t.type(
  {
    sealed: t.type({
      /** Whose data it is: the name of the key. */
      subject: t.string,
      /** Nonce of 12 bytes, base64url. */
      n: t.string,
      /** Cipher text with its tag, base64url. */
      c: t.string,
    }),
  },
  'sealed member'
)
export type SealedMember = Readonly<t.TypeOf<typeof SealedMember>>

/** Where a sealed member stands. Moved to another event or member it does not open. */
export interface MemberPlace {
  /** Id of the event. */
  readonly event: string
  /** Name of the member in the event's data. */
  readonly member: string
}

const LABEL = 'custody/sealed-member/1'

const placeBytes = ({ event, member }: MemberPlace): Uint8Array => tuple(LABEL, utf8(event), utf8(member))

/** Seals a text for one place, under the key of its subject (AES-256-GCM, random nonce). */
export const sealMember = (key: Secret, subject: string, place: MemberPlace, text: string, random: Random): SealedMember => {
  const { nonce, sealed } = sealGcm(key, nonceSource(random), utf8(text), placeBytes(place))
  return { sealed: { subject, n: b64u(nonce), c: b64u(sealed) } }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Opens what {@link sealMember} made, in the same place. @errors `SealBroken` for everything else, without a cause. */
export const openMember = (key: Secret, place: MemberPlace, { sealed }: SealedMember): E.Either<SealBroken, string> => {
  const [nonce, content] = [decodeB64u(sealed.n), decodeB64u(sealed.c)]
  if (O.isNone(nonce) || O.isNone(content)) return sealBroken
  const opened = openGcm(key, nonce.value, content.value, placeBytes(place))
  return E.isLeft(opened) ? opened : E.right(strictUtf8.decode(opened.right))
}
