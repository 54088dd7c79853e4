import { b64u } from '../encoding/b64u'
import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'
import { expandKey } from '../secret/key-derivation'
import type { SealHeader } from '../secret/jwe-header'
import { wipeSecret, withSecretBytes, type Secret } from '../secret/secret'

/** Whether licenses under a vault key may be backed up: only `backup` keys are ever sealed to a service. */
export type VaultClass = 'backup' | 'local'

const SUBKEY = 'custody/keystore/1'
const CHECK = 'custody/binding-check/1'
const CHECK_LENGTH = 16

/** The key under the master key that seals one file of the keystore. */
export const subkey = (master: Secret, ...purpose: ReadonlyArray<string>): Secret =>
  expandKey(master, tuple(SUBKEY, ...purpose.map(utf8)))

/**
 * A public value by which a binding key without a passphrase is recognised, so that a home on another machine is told from a
 * damaged file. The key has 256 random bits of the machine file behind it, or 128 of an installation: no such value helps to
 * guess them.
 */
export const bindingCheck = (binding: Secret): string => {
  const derived = expandKey(binding, tuple(CHECK))
  const check = withSecretBytes(derived, (bytes) => b64u(bytes.slice(0, CHECK_LENGTH)))
  wipeSecret(derived)
  return check
}

/** Header of a sealed key pair of the home; `kid` is its thumbprint. */
export const homeKeyHeader = (kind: 'log' | 'issuer', home: string, kid: string): SealHeader => ({
  typ: `custody-${kind}+1`,
  home,
  kid,
})

/** Header of the sealed key by which an authority knows the home. */
export const scopeKeyHeader = (home: string, authority: string, kid: string): SealHeader => ({
  typ: 'custody-scope-key+1',
  home,
  authority,
  kid,
})

/** Header of a sealed key pair of an epoch. */
export const deviceKeyHeader = (
  kind: 'signing' | 'agreement',
  home: string,
  epoch: number,
  kid: string
): SealHeader => ({ typ: `custody-${kind}+1`, home, epoch, kid })

/** Header of a vault key, sealed to an epoch's agreement key. */
export const vaultHeader = (home: string, epoch: number, gen: number, vaultClass: VaultClass): SealHeader => ({
  typ: 'custody-vault+1',
  home,
  epoch,
  gen,
  class: vaultClass,
})

/** The JWE `typ` of a vault key of a service-issued epoch: what the agreement key opens is one more seal. */
export const DIVERSIFIED_TYP = 'custody-vault+2'

/** Headers of the outer and the inner seal of such a vault key. */
export const diversifiedHeaders = (home: string, epoch: number, gen: number, vaultClass: VaultClass) => {
  const members = { home, epoch, gen, class: vaultClass }
  return { outer: { typ: DIVERSIFIED_TYP, ...members }, inner: { typ: 'custody-diversified+1', ...members } } as const
}

/** The key of the inner seal. Without the diversifier, which only the installed epoch has, no vault key of it opens (IN-19). */
export const diversifiedKey = (diversifier: Secret, home: string, epoch: number): Secret =>
  expandKey(diversifier, tuple('custody/diversified/1', utf8(home), utf8(String(epoch))))
