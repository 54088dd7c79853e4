import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import * as E from 'fp-ts/Either'

import type { KeyId } from '../identity/key-id'
import type { Timestamp } from '../license/timestamp'
import { acceptChallenge, challengePost, claimedChallenge, issueChallenge } from './license-challenge'

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const key = newKey()
const content = {
  id: 'challenge-1',
  keyId: 'ab'.repeat(16) as KeyId,
  credential: 'a.b.c',
  at: '2026-06-01T12:00:00Z' as Timestamp,
}

describe('a license challenge', () => {
  const jws = issueChallenge(key, content)

  it('is believed on the word of the device’s key only', () => {
    expect(acceptChallenge(createPublicKey(key), jws)).toEqual(E.right({ v: 1, ...content }))
    expect(E.isLeft(acceptChallenge(newKey(), jws))).toBe(true)
    expect(claimedChallenge(jws)).toEqual({ v: 1, ...content })
  })

  it('is no longer believed with any character changed', () => {
    for (let place = 0; place < jws.length; place += 1) {
      const other = `${jws.slice(0, place)}${jws[place] === 'A' ? 'Q' : 'A'}${jws.slice(place + 1)}`
      expect(E.isLeft(acceptChallenge(key, other))).toBe(true)
    }
  })

  it('LI-67: is tied to no content before there is any', () => {
    expect(claimedChallenge(issueChallenge(key, { ...content, keyId: null }))).toMatchObject({ keyId: null })
  })

  it.each(['', 'x', 'a.b.c', 'x'.repeat(20_000)])('says nothing where it is none', (text) => {
    expect(claimedChallenge(text)).toBeUndefined()
  })

  it('LI-60: is posted as a form, and the size of the post data leaves the first words out', () => {
    const { body, postDataSize } = challengePost(jws)
    expect(body.startsWith('nonsilent=1&challenge=')).toBe(true)
    expect(postDataSize).toBe(Buffer.byteLength(body) - 'nonsilent=1&challenge='.length)
    const form = new URLSearchParams(body)
    expect([form.get('nonsilent'), form.get('challenge')]).toEqual(['1', jws])
  })
})
