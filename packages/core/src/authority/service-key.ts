import type { KeyObject } from 'node:crypto'
import * as O from 'fp-ts/Option'

import { publicKeyOf } from '../certificate/public-key-jwk'
import { timestampMicros } from '../license/timestamp'
import { thumbprint } from '../signed/thumbprint'
import type { ServiceKeyUse, TrustDocument } from './trust-document'

/** A service key that can be used. */
export interface OpenServiceKey {
  readonly kid: string
  readonly key: KeyObject
}

/**
 * The keys of one use that are valid at a time, the newest first.
 *
 * @param now microseconds since 1970.
 */
export const serviceKeys = ({ keys }: TrustDocument, use: ServiceKeyUse, now: number): ReadonlyArray<OpenServiceKey> =>
  keys
    .filter((key) => key.use === use && timestampMicros(key.from) <= now)
    .filter(({ until }) => until === undefined || now <= timestampMicros(until))
    .sort((left, right) => timestampMicros(right.from) - timestampMicros(left.from))
    .flatMap(({ key: jwk }) => {
      const key = publicKeyOf(jwk)
      return O.isSome(key) ? [{ kid: thumbprint(key.value), key: key.value }] : []
    })

/** The key of one use with a name, if it is valid at a time. */
export const serviceKey = (
  document: TrustDocument,
  use: ServiceKeyUse,
  now: number,
  kid: string
): KeyObject | undefined => serviceKeys(document, use, now).find((key) => key.kid === kid)?.key
