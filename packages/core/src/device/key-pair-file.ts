import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import type { KeyObject } from 'node:crypto'

import type { KeystoreFault } from '../fault/core-fault'
import type { SealHeader } from '../secret/jwe-header'
import { seal } from '../secret/seal'
import { wipeSecret, type Secret } from '../secret/secret'
import { keystoreDamaged, openKeyFile, readKeyHeader } from './key-file'
import { privateKeyFrom, privateKeySecret } from './private-key'

/** A key pair of this home with its thumbprint. */
export interface OwnKey {
  readonly kid: string
  /** Private key on P-256. */
  readonly key: KeyObject
}

/** Opens the file of a key pair. The sealing key stays the caller's. @errors `KeystoreMissing`, `KeystoreDamaged`. */
export const openKeyPair = (
  place: string,
  key: Secret,
  headerFor: (kid: string) => SealHeader
): TE.TaskEither<KeystoreFault, OwnKey> =>
  pipe(
    readKeyHeader(place),
    TE.flatMap(({ header }) => {
      const kid = typeof header['kid'] === 'string' ? header['kid'] : ''
      return pipe(
        openKeyFile(place, key, headerFor(kid)),
        TE.flatMapEither((secret) => {
          const opened = privateKeyFrom(secret)
          wipeSecret(secret)
          return opened
        }),
        TE.bimap(
          () => keystoreDamaged(place),
          (own) => ({ kid, key: own })
        )
      )
    })
  )

/** The text of a key pair's file. The sealing key stays the caller's. */
export const sealKeyPair = async (key: Secret, header: SealHeader, pair: KeyObject): Promise<string> => {
  const plain = privateKeySecret(pair)
  try {
    return await seal(key, header, plain)
  } finally {
    wipeSecret(plain)
  }
}
