import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as O from 'fp-ts/Option'

import { decodeB64u } from '../encoding/b64u'
import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'
import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import { deriveKey } from '../secret/key-derivation'
import { passphraseKey } from '../secret/passphrase-key'
import { secretFromBytes, wipeSecret, withSecretBytes, type Secret } from '../secret/secret'
import { bindingCheck } from './keystore-seals'
import { openMachineSecret } from './machine-secret'
import { machineIdInstallation, type InstallationPort } from './os-installation'
import { MACHINE_FILE_ALONE, type FactorKind, type StatedBinding } from './stated-binding'

/** One thing that a home needs from its surroundings to open. */
export interface BindingFactor {
  readonly kind: FactorKind
  readonly secret: Secret
}

/** What ties a home to the place where it was made, or to who knows a passphrase. */
export interface MachineBinding {
  readonly stated: StatedBinding
  /** The secret of one factor of one home; the caller wipes it. */
  readonly factor: (kind: FactorKind, homeId: string) => TE.TaskEither<KeystoreFault, Secret>
  /** For a person, one line for each factor: what a copy of the home would lack. */
  readonly describe: () => ReadonlyArray<string>
}

/** Asks for the passphrase of a home, from a prompt or a file. UTF-8, the caller's to wipe; nothing where none can be had. */
export type PassphrasePort = () => Promise<Secret | undefined>

/** Where the factors of homes come from. */
export interface BindingPorts {
  /** File of the machine secret, outside every home. */
  readonly machineFile: string
  readonly random: Random
  /** Default: the machine id of Linux. */
  readonly installation?: InstallationPort
  /** Without one a home with a passphrase does not open. */
  readonly passphrase?: PassphrasePort
}

const PROMISES: Readonly<Record<FactorKind, string>> = {
  'machine-file':
    'machine file: a copy of this home opens only together with the file that holds the machine secret; ' +
    'a copy of the whole account has both',
  'os-installation':
    'operating system: on a newly installed system this home does not open, even with the account kept; ' +
    'every user of this machine can read what names the installation',
  passphrase: 'passphrase: a stolen disk with home and account does not open without it; forgotten, the keys of this home are lost',
}

const passphraseFactor = async (
  { passphrase }: BindingPorts,
  { salt = '' }: StatedBinding,
  homeId: string
): Promise<E.Either<KeystoreFault, Secret>> => {
  const typed = await passphrase?.()
  if (typed === undefined) return E.left({ type: 'PassphraseMissing', home: homeId })
  try {
    return E.right(await passphraseKey(typed, O.getOrElse(() => new Uint8Array())(decodeB64u(salt))))
  } finally {
    wipeSecret(typed)
  }
}

/** Binds by the factors that a home states. */
export const bindingOf = (ports: BindingPorts, stated: StatedBinding): MachineBinding => ({
  stated,
  factor: (kind, homeId) => {
    switch (kind) {
      case 'machine-file':
        return openMachineSecret(ports.machineFile, ports.random)
      case 'os-installation':
        return (ports.installation ?? machineIdInstallation())()
      case 'passphrase':
        return () => passphraseFactor(ports, stated, homeId)
    }
  },
  describe: () => stated.kinds.map((kind) => PROMISES[kind]),
})

/** Binds to a file outside every home: a copy of the home alone does not open elsewhere; a copy of the account does. */
export const machineFileBinding = (machineFile: string, random: Random): MachineBinding =>
  bindingOf({ machineFile, random }, MACHINE_FILE_ALONE)

const LENGTH_BYTES = 4

/** The secrets behind their lengths, in memory that becomes the material itself. */
const material = (factors: ReadonlyArray<BindingFactor>): Secret => {
  const parts = factors.map(({ secret }) => withSecretBytes(secret, (bytes) => Uint8Array.from(bytes)))
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, 0))
  const view = new DataView(joined.buffer)
  parts.reduce((at, part) => {
    view.setUint32(at, part.length)
    joined.set(part, at + LENGTH_BYTES)
    part.fill(0)
    return at + LENGTH_BYTES + part.length
  }, 0)
  return secretFromBytes(joined)
}

const keyOf = (homeId: string, factors: ReadonlyArray<BindingFactor>): Secret => {
  const joined = material(factors)
  try {
    return deriveKey(joined, utf8(homeId), tuple('custody/binding/1', ...factors.map(({ kind }) => utf8(kind))))
  } finally {
    wipeSecret(joined)
  }
}

/** Recognises factors that are not typed; nothing where there are none. */
const checkOf = (homeId: string, factors: ReadonlyArray<BindingFactor>): string | undefined => {
  if (factors.length === 0) return undefined
  const key = keyOf(homeId, factors)
  try {
    return bindingCheck(key)
  } finally {
    wipeSecret(key)
  }
}

/** The key that seals a home's master key, and the public value by which its place is recognised. */
export interface BindingKey {
  readonly key: Secret
  readonly check: string | undefined
}

/**
 * Derives the key that seals a home's master key: HKDF over all factors, salted with the home's identity. The passphrase is asked
 * for last, and only where the rest is what it has to be.
 *
 * @param agree judges the place by its check. @source RFC 5869
 */
export const bindingKey =
  (
    { stated: { kinds }, factor }: MachineBinding,
    homeId: string,
    agree: (check: string | undefined) => E.Either<KeystoreFault, void> = () => E.right(undefined)
  ): TE.TaskEither<KeystoreFault, BindingKey> =>
  async () => {
    const factors: BindingFactor[] = []
    const take = async (kind: FactorKind): Promise<E.Either<KeystoreFault, void>> =>
      pipe(
        await factor(kind, homeId)(),
        E.map((secret) => void factors.push({ kind, secret }))
      )
    try {
      for (const kind of kinds.filter((one) => one !== 'passphrase')) {
        const taken = await take(kind)
        if (E.isLeft(taken)) return taken
      }
      const check = checkOf(homeId, factors)
      const agreed = agree(check)
      if (E.isLeft(agreed)) return agreed
      const typed = kinds.includes('passphrase') ? await take('passphrase') : agreed
      return E.isLeft(typed) ? typed : E.right({ key: keyOf(homeId, factors), check })
    } finally {
      for (const { secret } of factors) wipeSecret(secret)
    }
  }
