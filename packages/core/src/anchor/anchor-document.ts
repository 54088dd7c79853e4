import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { boundedList, DecimalU64, EncodedDigest, wholeNumber } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { signDocument } from '../signed/sign-document'
import type { SignedFault } from '../signed/signed-fault'
import { verifyDocument } from '../signed/verify-document'

/** The JWS `typ` of anchors. */
export const ANCHOR_TYP = 'custody-anchor+1'
/** Largest anchor in characters of its compact JWS. */
const MAX_ANCHOR = 8 * 1024
const MAX_KINDS = 16
const HASH = /^[0-9a-f]{64}$/

const RecordHash = t.refinement(t.string, (text) => HASH.test(text), '64 lower-case hex digits')

/** The newest version of one kind of revocation data. */
export const AnchoredRevocation = t.type(
  { kind: t.string, version: DecimalU64, digest: EncodedDigest },
  'anchored revocation data'
)
export type AnchoredRevocation = Readonly<t.TypeOf<typeof AnchoredRevocation>>

/**
 * Says how far a log had come: its record at `position` has the hash `head`, and so everything before it is fixed.
 *
 * @source docs/reference/protocols.md, section 7
 */
export const AnchorDocument = exactly(
  t.type(
    {
      v: t.literal(1),
      /** Thumbprint of the log key. */
      log: t.string,
      position: wholeNumber(0, Number.MAX_SAFE_INTEGER),
      head: RecordHash,
      /** Of the device keys in use. */
      epoch: wholeNumber(0, Number.MAX_SAFE_INTEGER),
      /** In order of kind. */
      revocation: boundedList(AnchoredRevocation, MAX_KINDS),
      at: Timestamp,
    },
    'anchor'
  )
)
export type AnchorDocument = Readonly<t.TypeOf<typeof AnchorDocument>>

/** Signs an anchor with the log key. */
export const signAnchor = (logKey: KeyObject, anchor: AnchorDocument): string =>
  signDocument(logKey, { typ: ANCHOR_TYP, kid: anchor.log }, AnchorDocument.encode(anchor))

/**
 * Reads an anchor of one log.
 *
 * @param logKey public key; its thumbprint is `log`.
 * @errors those of a signed document; `SignedKeyUnknown` for an anchor of another log.
 */
export const readAnchor = (logKey: KeyObject, log: string, jws: string): E.Either<SignedFault, AnchorDocument> => {
  const keyFor = (kid: string): KeyObject | undefined => (kid === log ? logKey : undefined)
  const verified = verifyDocument({ typ: ANCHOR_TYP, codec: AnchorDocument, keyFor, limit: MAX_ANCHOR }, jws)
  if (E.isLeft(verified)) return verified
  const { payload } = verified.right
  return payload.log === log ? E.right(payload) : E.left({ type: 'SignedKeyUnknown', kid: payload.log })
}
