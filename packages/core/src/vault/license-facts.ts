import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as t from 'io-ts'

import { decodeB64u } from '../encoding/b64u'
import { KeyId, keyIdFromBytes } from '../identity/key-id'
import type { LicenseDocument } from '../license/license-document'

/** What a clock that is set back does to a license. @source docs/reference/domain.md, LI-21 */
const ClockAnswer = t.union([t.literal('none'), t.literal('disable'), t.literal('delete')], 'clock answer')

/** What the vault keeps its lists by; all of it follows from the document, which is too large to be read each time. */
export const LicenseFacts = t.type(
  {
    persist: t.union([t.literal('permanent'), t.literal('temporary'), t.literal('savable')]),
    /** `none` also without an expiry: the answer is effective only with one (LI-21). */
    clockSetBack: ClockAnswer,
    /** Whether counts, dates or hours can end it (LI-19). */
    ends: t.boolean,
    /** Key ID of the root that a leaf hangs on. */
    uplink: t.union([KeyId, t.null]),
    /** Thumbprint of the key whose holder may revoke it (LI-51), and the one custom attribute. */
    revocable: t.union([t.type({ key: t.string, uid: t.union([t.string, t.null]) }), t.null]),
  },
  'license facts'
)
export type LicenseFacts = Readonly<t.TypeOf<typeof LicenseFacts>>

const expires = ({ rights, afterFirstUseHours, afterStoreHours }: LicenseDocument): boolean =>
  afterFirstUseHours !== undefined ||
  afterStoreHours !== undefined ||
  rights.some(({ windows = [] }) => windows.some(({ until }) => until !== undefined))

const counts = ({ rights }: LicenseDocument): boolean =>
  rights.some(({ windows = [] }) => windows.some(({ count }) => count !== undefined))

/** A key ID as documents carry it; the codec of the document vouches for its length. */
export const documentKeyId = (encoded: string): KeyId | null => {
  const bytes = decodeB64u(encoded)
  const keyId = keyIdFromBytes(O.isSome(bytes) ? bytes.value : new Uint8Array())
  return E.isRight(keyId) ? keyId.right : null
}

/** The facts of a document. */
export const licenseFacts = (document: LicenseDocument): LicenseFacts => {
  const { persist, clockSetBack = 'none', chain, revocable } = document
  const ending = expires(document)
  return {
    persist,
    clockSetBack: ending ? clockSetBack : 'none',
    ends: ending || counts(document),
    uplink: chain?.role === 'leaf' ? documentKeyId(chain.uplink) : null,
    revocable: revocable === undefined ? null : { key: revocable.key, uid: revocable.uid ?? null },
  }
}
