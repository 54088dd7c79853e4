import type { KeyObject } from 'node:crypto'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { KeystoreFault } from '../fault/core-fault'
import type { SealHeader } from '../secret/jwe-header'
import { unsealWith } from '../secret/seal'
import type { SealBroken } from '../secret/seal-broken'
import { secretLength, wipeSecret, type Secret } from '../secret/secret'
import { keystoreDamaged, readKeyHeader } from './key-file'

/** Bytes of a diversifier. */
const LENGTH = 32

/** Header of the sealed diversifier. @param mid name of the computer at its authority. */
export const diversifierHeader = (mid: string, epoch: number) => ({ typ: 'custody-diversifier+1', mid, epoch }) as const

/** Opens a diversifier as the service sealed it. The caller wipes it. @errors `SealBroken`. */
export const openDiversifier = (agreement: KeyObject, header: SealHeader, jwe: string): TE.TaskEither<SealBroken, Secret> =>
  pipe(
    unsealWith(agreement, header, jwe),
    TE.filterOrElse(
      (secret) => {
        const fits = secretLength(secret) === LENGTH
        if (!fits) wipeSecret(secret)
        return fits
      },
      (): SealBroken => ({ type: 'SealBroken' })
    )
  )

/** Opens the diversifier of an epoch; nothing for an epoch that has none. @errors `KeystoreDamaged`, `HomeUnwritable`. */
export const readDiversifier = (
  place: string,
  epoch: number,
  agreement: KeyObject
): TE.TaskEither<KeystoreFault, Secret | undefined> =>
  pipe(
    readKeyHeader(place),
    TE.flatMap(({ jwe, header }): TE.TaskEither<KeystoreFault, Secret | undefined> =>
      pipe(
        openDiversifier(agreement, diversifierHeader(String(header['mid']), epoch), jwe),
        TE.mapLeft(() => keystoreDamaged(place))
      )
    ),
    TE.orElse((fault) => (fault.type === 'KeystoreMissing' ? TE.right(undefined) : TE.left(fault)))
  )
