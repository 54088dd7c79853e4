import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import { signedText } from '../signed/signed-text'
import { thumbprint } from '../signed/thumbprint'
import { timestampMicros } from '../license/timestamp'
import { CertificateDocument } from './certificate-document'
import { publicKeyOf } from './public-key-jwk'
import { MAX_CHAIN } from './verify-chain'

interface Claim {
  readonly jws: string
  readonly about: string
  readonly by: string
  readonly until: number
}

const Certificate = signedText(CertificateDocument)

const claimOf = (jws: string): ReadonlyArray<Claim> => {
  const read = Certificate.decode(jws)
  if (E.isLeft(read)) return []
  const { key, issuer, until } = read.right.document
  const known = publicKeyOf(key)
  return O.isNone(known) ? [] : [{ jws, about: thumbprint(known.value), by: issuer, until: timestampMicros(until) }]
}

/**
 * Picks from loose certificates, in any order, those that lead from a key towards the root: the chain for `verifyChain`.
 * Of two about one key the one that is valid longer. Nothing is believed by being picked; empty where none is about the key.
 *
 * @param name thumbprint of the subject's key.
 */
export const chainTo = (certificates: ReadonlyArray<string>, name: string): ReadonlyArray<string> => {
  const claims = certificates.flatMap(claimOf)
  const chain: string[] = []
  let wanted = name
  while (chain.length < MAX_CHAIN) {
    const [next] = claims.filter(({ about }) => about === wanted).sort((a, b) => b.until - a.until)
    if (next === undefined || chain.includes(next.jws)) return chain
    chain.push(next.jws)
    wanted = next.by
  }
  return chain
}
