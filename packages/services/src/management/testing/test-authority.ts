import { generateKeyPairSync, type KeyObject } from 'node:crypto'

import { acceptTrustDocument, issueTrustDocument, type ServiceKeyUse, type TrustDocument } from '@custody/core/authority'
import { issueCertificate, publicJwk } from '@custody/core/certificate'
import type { Clock } from '@custody/core/clock'
import { IssuerId, type RequiredVersion, type SecurityVersion } from '@custody/core/identity'
import { issueCredential, machineId } from '@custody/core/individualization'
import { timestampFromMicros } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { secretFromBytes } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'

import type { ManagementAuthority } from '../management-env'

const YEAR = 365 * 86_400_000_000
const USES = ['management-signing', 'management-sealing', 'individualization-signing', 'license-signing'] as const

/** A private key on P-256; its public half can be had from it. */
export const privateKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** The name of a key where an issuer's is asked for. */
export const nameOf = (key: KeyObject): IssuerId => {
  const name = thumbprint(key)
  if (!IssuerId.is(name)) throw new TypeError('a thumbprint')
  return name
}

/** A computer with all of its keys. */
export interface TestComputer {
  readonly mid: string
  readonly epoch: number
  readonly scope: KeyObject
  readonly signing: KeyObject
  readonly agreement: KeyObject
  readonly credential: string
}

/** What a test wants different of a computer. */
export interface ComputerOptions {
  readonly scope?: KeyObject
  readonly epoch?: number
  readonly securityVersion?: string
  /** Microseconds since 1970, both included. */
  readonly from?: number
  readonly until?: number
}

/** An authority in memory, with its keys in the open. */
export interface TestAuthority extends ManagementAuthority {
  readonly rootKey: KeyObject
  readonly keys: Readonly<Record<ServiceKeyUse, KeyObject>>
  readonly individualize: (options?: ComputerOptions) => TestComputer
  /** Certifies a key as one that signs licenses, on the root's word. */
  readonly certifyIssuer: (key: KeyObject) => string
}

/** Certifies a key for a use, valid for two years around now. */
export const certified = (signer: KeyObject, key: KeyObject, use: 'issuer' | 'service', now: number): string =>
  issueCertificate(signer, {
    serial: thumbprint(key).slice(0, 16),
    use,
    subject: use,
    key,
    level: 1000,
    from: timestampFromMicros(now - YEAR),
    until: timestampFromMicros(now + YEAR),
    systems: [],
  })

const trustOf = (root: KeyObject, keys: TestAuthority['keys'], clock: Clock, limit: number): TrustDocument => {
  const now = clock.now()
  const jws = issueTrustDocument(root, {
    version: 1,
    issued: timestampFromMicros(now),
    keys: USES.map((use) => ({ use, key: publicJwk(keys[use]), from: timestampFromMicros(now - YEAR) })),
    certificate: certified(root, keys['management-signing'], 'service', now),
    urls: { privacy: 'https://a.example/privacy', fraud: 'https://a.example/fraud', update: 'https://a.example/update' },
    restoreLimit: limit,
    securityVersion: '2.9' as RequiredVersion,
    revocation: '1',
  })
  const accepted = acceptTrustDocument(root, jws)
  if (E.isLeft(accepted)) throw new Error(accepted.left.type)
  return accepted.right
}

/** Gives out credentials in an authority's name, with the key of its Individualization Service. */
export const individualizing =
  (authority: IssuerId, key: KeyObject, clock: Clock): TestAuthority['individualize'] =>
  ({ scope = privateKey(), epoch = 1, securityVersion = '2.9.0.1', from, until } = {}) => {
    const [signing, agreement, mid] = [privateKey(), privateKey(), machineId(scope)]
    const credential = issueCredential(key, thumbprint(key), {
      authority,
      mid,
      epoch,
      securityVersion: securityVersion as SecurityVersion,
      level: 1000,
      signing: publicJwk(signing),
      agreement: publicJwk(agreement),
      from: timestampFromMicros(from ?? clock.now() - YEAR),
      until: timestampFromMicros(until ?? clock.now() + YEAR),
    })
    return { mid, epoch, scope, signing, agreement, credential }
  }

/** A fresh authority. @param limit computers beside the first one. */
export const testAuthority = (clock: Clock, limit = 3): TestAuthority => {
  const rootKey = privateKey()
  const keys = {
    'management-signing': privateKey(),
    'management-sealing': privateKey(),
    'individualization-signing': privateKey(),
    'license-signing': privateKey(),
  }
  const trust = trustOf(rootKey, keys, clock, limit)
  const name = nameOf(rootKey)
  const individualization = keys['individualization-signing']
  return {
    name,
    root: rootKey,
    rootKey,
    keys,
    trust: () => ({ document: trust }),
    key: (use) => ({ kid: thumbprint(keys[use]), key: keys[use] }),
    sealingKey: (kid) => (kid === thumbprint(keys['management-sealing']) ? keys['management-sealing'] : undefined),
    publicKey: (use, kid) => (kid === thumbprint(keys[use]) ? keys[use] : undefined),
    stateKey: secretFromBytes(systemRandom.bytes(32)),
    certifyIssuer: (key) => certified(rootKey, key, 'issuer', clock.now()),
    individualize: individualizing(name, individualization, clock),
  }
}
