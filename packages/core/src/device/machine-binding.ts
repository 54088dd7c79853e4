import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'
import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import { deriveKey } from '../secret/key-derivation'
import { secretFromBytes, wipeSecret, withSecretBytes, type Secret } from '../secret/secret'
import { openMachineSecret } from './machine-secret'

/** One thing that a home needs from its surroundings to open. */
export interface BindingFactor {
  readonly kind: 'machine-file'
  readonly secret: Secret
}

/** What ties a home to the place where it was made. */
export interface MachineBinding {
  /** The factors of one home, in a fixed order; the caller wipes them. */
  readonly factors: (homeId: string) => TE.TaskEither<KeystoreFault, ReadonlyArray<BindingFactor>>
  /** One line for a person: what a copy of the home would lack. */
  readonly describe: () => string
}

/** Binds to a file outside every home: a copy of the home alone does not open elsewhere; a copy of the account does. */
export const machineFileBinding = (file: string, random: Random): MachineBinding => ({
  factors: () =>
    pipe(
      openMachineSecret(file, random),
      TE.map((secret) => [{ kind: 'machine-file', secret }])
    ),
  describe: () => 'machine file: a copy of this home opens only together with the file that holds the machine secret',
})

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

/** Derives the key that seals a home's master key: HKDF over all factors, salted with the home's identity. @source RFC 5869 */
export const bindingKey = (binding: MachineBinding, homeId: string): TE.TaskEither<KeystoreFault, Secret> =>
  pipe(
    binding.factors(homeId),
    TE.map((factors) => {
      const joined = material(factors)
      const info = tuple('custody/binding/1', ...factors.map(({ kind }) => utf8(kind)))
      const key = deriveKey(joined, utf8(homeId), info)
      for (const secret of [joined, ...factors.map((factor) => factor.secret)]) wipeSecret(secret)
      return key
    })
  )
