import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { PublicKeyJwk } from '../certificate/public-key-jwk'
import { codecMismatch } from '../encoding/codec-mismatch'
import { badInput, type BadInput } from '../identity/bad-input'
import { EncodedDigest } from '../license/document-values'
import { exactly } from '../signed/exactly'

const MAX_BYTES = 4096

/** What an issuer begins a license revocation with: its public key, and 32 random bytes that no answer had before. */
export const IssuerChallenge = exactly(
  t.type({ v: t.literal(1), key: PublicKeyJwk, nonce: EncodedDigest }, 'issuer challenge')
)
export type IssuerChallenge = Readonly<t.TypeOf<typeof IssuerChallenge>>

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const parse = (bytes: Uint8Array): E.Either<BadInput, unknown> => {
  try {
    return E.right(JSON.parse(strictUtf8.decode(bytes)) as unknown)
  } catch {
    return E.left(badInput('issuer challenge', 'JSON in UTF-8', 'another form'))
  }
}

/** Reads an issuer's challenge, JSON in UTF-8. @errors `BadInput` with the place. */
export const readIssuerChallenge = (bytes: Uint8Array): E.Either<BadInput, IssuerChallenge> => {
  if (bytes.length > MAX_BYTES) {
    return E.left(badInput('issuer challenge', `at most ${MAX_BYTES} bytes`, `${bytes.length} bytes`))
  }
  const parsed = parse(bytes)
  if (E.isLeft(parsed)) return parsed
  const decoded = IssuerChallenge.decode(parsed.right)
  if (E.isRight(decoded)) return decoded
  const { where, expected, found } = codecMismatch(decoded.left)
  return E.left(badInput(`issuer challenge${where}`, expected, found))
}
