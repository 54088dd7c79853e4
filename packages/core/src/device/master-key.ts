import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { b64u } from '../encoding/b64u'
import type { KeystoreFault } from '../fault/core-fault'
import { PASSPHRASE_SALT_LENGTH } from '../secret/passphrase-key'
import { seal, unseal } from '../secret/seal'
import { copySecret, secretEquals, wipeSecret, type Secret } from '../secret/secret'
import { replaceFile, writing } from './durable-file'
import { keystoreDamaged, readKeyHeader } from './key-file'
import { masterFile } from './keystore-place'
import { bindingKey, bindingOf, type BindingPorts } from './machine-binding'
import { FACTOR_KINDS, masterHeader, statedBinding, type FactorKind, type StatedBinding } from './stated-binding'

/** Whose master key, and where its factors come from. */
export interface MasterPlace {
  /** Folder of the key files. */
  readonly folder: string
  readonly homeId: string
  readonly ports: BindingPorts
}

/** The sealed master key as it was read; nothing of its header is proved before the seal opens. */
interface SealedMaster {
  readonly jwe: string
  readonly stated: StatedBinding
  readonly check: unknown
}

const readMaster = ({ folder, homeId }: MasterPlace): TE.TaskEither<KeystoreFault, SealedMaster> => {
  const place = masterFile(folder)
  return pipe(
    readKeyHeader(place),
    TE.flatMapEither(({ jwe, header }) => {
      const stated = statedBinding(header)
      if (stated === undefined) return E.left(keystoreDamaged(place))
      // The check is of another home's binding where the file is.
      return E.right({ jwe, stated, check: header['home'] === homeId ? header['check'] : undefined })
    })
  )
}

/** The factors that a home states. Opens nothing. @errors `KeystoreMissing`, `KeystoreDamaged`. */
export const readBinding = (place: MasterPlace): TE.TaskEither<KeystoreFault, StatedBinding> =>
  pipe(
    readMaster(place),
    TE.map(({ stated }) => stated)
  )

/** A passphrase that is wrong and a file that is damaged look alike, so that trying teaches nothing. */
const doesNotOpen = (place: string, { kinds }: StatedBinding): KeystoreFault =>
  kinds.includes('passphrase') ? { type: 'PassphraseWrong', place } : keystoreDamaged(place)

/** Opens the master key; the caller wipes it. @errors `BindingMismatch`, `PassphraseWrong`, `PassphraseMissing`, `FactorUnavailable`. */
export const openMaster = (at: MasterPlace): TE.TaskEither<KeystoreFault, Secret> => {
  const place = masterFile(at.folder)
  const mismatch: KeystoreFault = { type: 'BindingMismatch', place }
  return pipe(
    readMaster(at),
    TE.flatMap(({ jwe, stated, check }) =>
      pipe(
        bindingKey(bindingOf(at.ports, stated), at.homeId, (here) =>
          typeof check === 'string' && here !== undefined && check !== here ? E.left(mismatch) : E.right(undefined)
        ),
        TE.flatMap(({ key, check: here }) =>
          pipe(
            unseal(key, masterHeader(at.homeId, stated, here), jwe),
            TE.mapLeft(() => doesNotOpen(place, stated)),
            TE.tapIO(() => () => wipeSecret(key)),
            TE.tapError(() => TE.fromIO(() => wipeSecret(key)))
          )
        )
      )
    )
  )
}

/** What a home is to be bound by from now on. */
export interface BindingChange {
  /** At least the machine file or a passphrase: what names an installation is no secret. */
  readonly kinds: ReadonlyArray<FactorKind>
  /** UTF-8; it stays the caller's. Needed where the kinds say so. */
  readonly passphrase?: Secret
}

const sealedAnew = async (
  { homeId }: MasterPlace,
  master: Secret,
  stated: StatedBinding,
  { key, check }: { readonly key: Secret; readonly check: string | undefined }
): Promise<string> => {
  const header = masterHeader(homeId, stated, check)
  const jwe = await seal(key, header, master)
  // What does not open again must not take the place of what does.
  const opened = await unseal(key, header, jwe)()
  if (E.isLeft(opened) || !secretEquals(opened.right, master)) throw new TypeError('a fresh seal does not open')
  wipeSecret(opened.right)
  return jwe
}

/**
 * Seals the master key under other factors, in one file that holds the old or the new at every moment. No other key changes.
 *
 * @param master stays the caller's.
 * @errors those of the new factors, and `HomeUnwritable`; the old ones stay in force then.
 */
export const rebindMaster = (at: MasterPlace, master: Secret, change: BindingChange): TE.TaskEither<KeystoreFault, void> => {
  const { ports } = at
  const place = masterFile(at.folder)
  const kinds = FACTOR_KINDS.filter((kind) => change.kinds.includes(kind))
  const salt = b64u(ports.random.bytes(PASSPHRASE_SALT_LENGTH))
  const stated = { kinds, ...(kinds.includes('passphrase') && { salt }) }
  const passphrase = async () => change.passphrase && copySecret(change.passphrase)
  return pipe(
    bindingKey(bindingOf({ ...ports, passphrase }, stated), at.homeId),
    TE.flatMap((binding) =>
      writing(place, async () => {
        try {
          await replaceFile(place, await sealedAnew(at, master, stated, binding), ports.random)
        } finally {
          wipeSecret(binding.key)
        }
      })
    )
  )
}
