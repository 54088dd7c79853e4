import { generateKeyPairSync, type KeyObject } from 'node:crypto'

import { publicJwk } from '../../certificate/public-key-jwk'
import { timestampFromMicros, type Timestamp } from '../../license/timestamp'
import { systemClock } from '../../clock/system-clock'
import type { RequiredVersion } from '../../identity/security-version'
import { issueTrustDocument, type TrustDraft } from '../issue-trust-document'
import type { TrustOffer } from '../meet-authority'

/** A key on P-256. */
export const testKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

const at = (micros: number): Timestamp => timestampFromMicros(micros)

/** What a trust document says unless a test wants something else of it. */
export const trustDraft = (members: Partial<TrustDraft> = {}): TrustDraft => ({
  version: 1,
  issued: at(systemClock.now()),
  keys: [],
  certificate: 'certificate',
  urls: { privacy: 'https://a.example/privacy', fraud: 'https://a.example/fraud', update: 'https://a.example/update' },
  restoreLimit: 3,
  securityVersion: '2.9' as RequiredVersion,
  revocation: '1',
  ...members,
})

/** A trust document under a root, as a service offers it. */
export const trustOffer = (root: KeyObject, members: Partial<TrustDraft> = {}): TrustOffer => ({
  trust: issueTrustDocument(root, trustDraft(members)),
  root: publicJwk(root),
})
