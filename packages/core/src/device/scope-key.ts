import { dirname } from 'node:path'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import { wipeSecret, type Secret } from '../secret/secret'
import { destroyFile, makeFolder, publishFile, removeSecondNames, writing } from './durable-file'
import { openKeyPair, sealKeyPair, type OwnKey } from './key-pair-file'
import { scopeFile } from './keystore-place'
import { scopeKeyHeader, subkey } from './keystore-seals'
import { makePrivateKey, publicThumbprint } from './private-key'

/** Whose scope keys are meant. */
export interface ScopeKeyRequest {
  /** Folder of the key files. */
  readonly folder: string
  readonly homeId: string
  /** Name of the authority: thumbprint of its root. */
  readonly authority: string
  readonly random: Random
}

const make = ({ folder, homeId, authority, random }: ScopeKeyRequest, key: Secret): TE.TaskEither<KeystoreFault, boolean> => {
  const place = scopeFile(folder, authority)
  return writing(place, async () => {
    const pair = makePrivateKey()
    const text = await sealKeyPair(key, scopeKeyHeader(homeId, authority, publicThumbprint(pair)), pair)
    await makeFolder(dirname(place))
    return publishFile(place, text, random)
  })
}

/**
 * Opens the key by which one authority knows this home, and makes it at first contact. Processes that race for it end with
 * the same one. It is read anew each time, so that an erasure by another process is seen.
 *
 * @param master stays the caller's.
 * @errors `KeystoreDamaged`, `HomeUnwritable`.
 */
export const openScopeKey = (request: ScopeKeyRequest, master: Secret): TE.TaskEither<KeystoreFault, OwnKey> => {
  const { folder, homeId, authority } = request
  const key = subkey(master, 'scope', authority)
  const opened = openKeyPair(scopeFile(folder, authority), key, (kid) => scopeKeyHeader(homeId, authority, kid))
  const opening = pipe(
    opened,
    TE.orElse((fault) =>
      fault.type === 'KeystoreMissing'
        ? pipe(
            make(request, key),
            TE.flatMap(() => opened)
          )
        : TE.left(fault)
    )
  )
  return async () => {
    try {
      const pair = await opening()
      // What erases the key must not leave it under the name that a killed writer gave it first.
      await removeSecondNames(scopeFile(folder, authority)).catch(() => undefined)
      return pair
    } finally {
      wipeSecret(key)
    }
  }
}

/** Destroys the key by which one authority knows this home. @errors `HomeUnwritable`. */
export const destroyScopeKey = (folder: string, authority: string): TE.TaskEither<KeystoreFault, void> => {
  const place = scopeFile(folder, authority)
  return writing(place, () => destroyFile(place))
}
