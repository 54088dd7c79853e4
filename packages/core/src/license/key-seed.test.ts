import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import type { KeyId } from '../identity/key-id'
import { secretFromBytes, withSecretBytes } from '../secret/secret'
import { contentKeyFromSeed } from './key-seed'

interface Case {
  readonly kid: string
  readonly keySeed: string
  readonly contentKey: string
}

const { cases } = JSON.parse(
  readFileSync(join(__dirname, '../../../../test/vectors/playready-keyseed.json'), 'utf8')
) as { readonly cases: ReadonlyArray<Case> }

describe('key seed', () => {
  it.each(cases)('LI-55: derives the published key of $kid', ({ kid, keySeed, contentKey }) => {
    const seed = secretFromBytes(Uint8Array.from(Buffer.from(keySeed, 'hex')))
    const key = contentKeyFromSeed(seed, kid.replaceAll('-', '') as KeyId)
    expect(E.isRight(key) && withSecretBytes(key.right, (bytes) => Buffer.from(bytes).toString('hex'))).toBe(contentKey)
  })

  it('refuses a short seed', () => {
    const seed = secretFromBytes(new Uint8Array(29))
    expect(contentKeyFromSeed(seed, '0'.repeat(32) as KeyId)).toMatchObject({ left: { type: 'BadInput', found: '29 bytes' } })
  })
})
