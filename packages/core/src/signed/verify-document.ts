import { verify } from 'node:crypto'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import type * as t from 'io-ts'

import { sha256 } from '../encoding/sha256'
import { openDocument, readPayload, type DocumentExpectation, type OpenedDocument } from './open-document'
import type { SignedFault } from './signed-fault'

/** A document whose signature holds. */
export interface VerifiedDocument<A> {
  readonly payload: A
  readonly kid: string
  /** SHA-256 of the signing input, 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>
}

const HASH = 'sha256'
const ENCODING = 'ieee-p1363'

/**
 * Believes a compact JWS or says why not, in the order of {@link SignedFault}: size, form, header, algorithm, kind, key,
 * signature, canonical payload, codec. So nothing of the payload is looked at before the signature holds.
 *
 * @source RFC 7515, section 5.2; RFC 8785
 */
export const verifyDocument = <C extends t.Mixed>(
  expectation: DocumentExpectation<C>,
  jws: string
): E.Either<SignedFault, VerifiedDocument<t.TypeOf<C>>> => {
  const opened = openDocument(expectation, jws)
  if (E.isLeft(opened)) return opened
  return signatureIsGood(opened.right) ? believed(expectation.codec, opened.right) : invalidSignature(opened.right.kid)
}

const signatureIsGood = ({ key, input, signature }: OpenedDocument): boolean =>
  verify(HASH, input, { key, dsaEncoding: ENCODING }, signature)

const believed = <C extends t.Mixed>(
  codec: C,
  { kid, input, payload: text }: OpenedDocument
): E.Either<SignedFault, VerifiedDocument<t.TypeOf<C>>> => {
  const payload = readPayload(codec, text)
  return E.isLeft(payload) ? payload : E.right({ payload: payload.right, kid, digest: sha256(input) })
}

/**
 * As {@link verifyDocument}, for many documents of one kind; what became of each, in order. All are opened, then all signatures
 * checked, then all payloads read: what does one kind of work at a time takes half as long beside the signatures.
 */
export const verifyDocuments = <C extends t.Mixed>(
  expectation: DocumentExpectation<C>,
  documents: ReadonlyArray<string>
): ReadonlyArray<E.Either<SignedFault, VerifiedDocument<t.TypeOf<C>>>> => {
  const opened = documents.map((jws) => openDocument(expectation, jws))
  const good = opened.map((document) => E.isRight(document) && signatureIsGood(document.right))
  return opened.map((document, index) => {
    if (E.isLeft(document)) return document
    return good[index] === true ? believed(expectation.codec, document.right) : invalidSignature(document.right.kid)
  })
}

/**
 * As {@link verifyDocument}, with the signature checked off the main thread, while other documents are read there. The
 * payload is read meanwhile, so of several faults another one may be named; nothing comes out before the signature holds.
 */
export const verifyDocumentInBackground =
  <C extends t.Mixed>(
    expectation: DocumentExpectation<C>,
    jws: string
  ): TaskEither<SignedFault, VerifiedDocument<t.TypeOf<C>>> =>
  async () => {
    const opened = openDocument(expectation, jws)
    if (E.isLeft(opened)) return opened
    const { kid, input } = opened.right
    const holding = signatureHolds(opened.right)
    const payload = readPayload(expectation.codec, opened.right.payload)
    const digest = sha256(input)
    if (!(await holding)) return invalidSignature(kid)
    return E.isLeft(payload) ? payload : E.right({ payload: payload.right, kid, digest })
  }

const invalidSignature = (kid: string): E.Either<SignedFault, never> => E.left({ type: 'SignedSignatureInvalid', kid })

const signatureHolds = ({ key, input, signature }: OpenedDocument): Promise<boolean> =>
  new Promise((resolve, reject) => {
    verify(HASH, input, { key, dsaEncoding: ENCODING }, signature, (error, holds) => {
      if (error === null) resolve(holds)
      else reject(error)
    })
  })
