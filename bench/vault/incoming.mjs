/** Licenses of an issuer that is a stranger to the home until it is trusted: one for each number, under a key ID of its own. */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'

import { systemClock } from '@custody/core/clock'
import { keyIdFromBytes } from '@custody/core/identity'
import { issueLicense } from '@custody/core/license'
import { secretFromBytes } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'

import { commitTo } from '../../packages/core/dist/license/commitment.js'

/** About what a shop sends: rights with counts and dates, a list of systems, a priority. */
const CONDITIONS = {
  rights: [
    { action: 'Play', windows: [{ count: 500, from: '2026-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }] },
    { action: 'Copy', windows: [{ count: 5 }] },
    { action: 'Backup' },
  ],
  priority: 10,
  inclusion: ['e2719d58-a985-b3c9-781a-b030af78d30e', '9a04f079-9840-4286-ab92-e65be0885f95'],
  sourceId: 'bench',
}

const digest = (text) => createHash('sha256').update(text).digest()
const LENGTH = 16

/** The key ID of a number; known without the license, so that queries can draw one. */
export const keyIdOf = (number) => keyIdFromBytes(digest(`key ${number}`).subarray(0, LENGTH)).right

const lidOf = (number) => {
  const hex = digest(`license ${number}`).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

/** An issuer with a fresh key. */
export const makeIssuer = () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
  return { id: thumbprint(privateKey), key: privateKey, publicKey: createPublicKey(privateKey), jwk: { crv, kty, x, y } }
}

/** One license, its content key, and the same as bytes: key and blind. */
export const licenseOf = (issuer, number) => {
  const keyId = keyIdOf(number)
  const key = randomBytes(2 * LENGTH)
  const [first, second] = [key.subarray(0, LENGTH), key.subarray(LENGTH)].map((part) => Buffer.from(part))
  const content = { key: secretFromBytes(first), blind: secretFromBytes(second) }
  const commit = commitTo(keyId, content.key, content.blind)
  const draft = { lid: lidOf(number), keyId, commit, now: systemClock.now(), conditions: CONDITIONS }
  const issued = issueLicense({ id: issuer.id, key: issuer.key }, draft)
  if (issued._tag === 'Left') throw new Error(JSON.stringify(issued.left))
  return { document: issued.right.jws, content, key }
}

/** Many, made as they are asked for. */
export function* licenses(issuer, count) {
  for (let number = 0; number < count; number++) yield licenseOf(issuer, number)
}
