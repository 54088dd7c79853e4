import { readFile, stat } from 'node:fs/promises'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { KeystoreFault } from '../fault/core-fault'
import { readSealHeader, type SealHeader } from '../secret/jwe-header'
import { unseal } from '../secret/seal'
import type { Secret } from '../secret/secret'
import { readFailure } from './read-failure'

/** Far above any sealed key; a larger file is none. */
const MAX_KEY_FILE = 16 * 1024

/** Says that a key file is not what was written. */
export const keystoreDamaged = (place: string): KeystoreFault => ({ type: 'KeystoreDamaged', place })

/** Reads a key file as text. @errors `KeystoreMissing`, `KeystoreDamaged`, `HomeUnwritable` where the system refuses to read. */
export const readKeyFile =
  (place: string): TE.TaskEither<KeystoreFault, string> =>
  async () => {
    try {
      const { size } = await stat(place)
      return size > MAX_KEY_FILE ? E.left(keystoreDamaged(place)) : E.right(await readFile(place, 'latin1'))
    } catch (error) {
      return E.left(readFailure(place, error))
    }
  }

/** Reads the public header of a key file; nothing in it is proved before the seal opens. */
export const readKeyHeader = (
  place: string
): TE.TaskEither<KeystoreFault, { readonly jwe: string; readonly header: Readonly<Record<string, unknown>> }> =>
  pipe(
    readKeyFile(place),
    TE.flatMapEither((jwe) =>
      pipe(
        readSealHeader(jwe),
        E.bimap(
          () => keystoreDamaged(place),
          (header) => ({ jwe, header })
        )
      )
    )
  )

/** Opens a key file that is sealed under a shared key and exactly this header. @errors `KeystoreMissing`, `KeystoreDamaged`. */
export const openKeyFile = (place: string, key: Secret, header: SealHeader): TE.TaskEither<KeystoreFault, Secret> =>
  pipe(
    readKeyFile(place),
    TE.flatMap((jwe) =>
      pipe(
        unseal(key, header, jwe),
        TE.mapLeft(() => keystoreDamaged(place))
      )
    )
  )
