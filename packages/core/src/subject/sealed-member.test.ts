import * as E from 'fp-ts/Either'
import fc from 'fast-check'
import { createDecipheriv } from 'node:crypto'

import { systemRandom } from '../random/system-random'
import { secretFromBytes, type Secret } from '../secret/secret'
import { openMember, sealMember, type MemberPlace, type SealedMember } from './sealed-member'

const PLACE: MemberPlace = { event: '0190c42e-8c5e-7000-8000-000000000001', member: 'title' }

const keyOf = (byte: number): Secret => secretFromBytes(new Uint8Array(32).fill(byte))
const sealed = (text: string): SealedMember => sealMember(keyOf(7), 'subject', PLACE, text, systemRandom)

describe('a sealed member', () => {
  it('opens under its key in its place: decode ∘ encode = identity', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(openMember(keyOf(7), PLACE, sealed(text))).toEqual(E.right(text))
      })
    )
  })

  it('follows the published layout: AES-256-GCM over the text, tag behind it, AAD a labelled tuple of event id and member', () => {
    const { sealed: member } = sealed('Ein Titel')
    const content = Buffer.from(member.c, 'base64url')
    const length = (text: string): Buffer => Buffer.from([0, 0, 0, text.length])
    const { event, member: name } = PLACE
    const aad = Buffer.concat([Buffer.from('custody/sealed-member/1\0'), length(event), Buffer.from(event), length(name), Buffer.from(name)])
    const decipher = createDecipheriv('aes-256-gcm', Buffer.alloc(32, 7), Buffer.from(member.n, 'base64url'))
    decipher.setAAD(aad).setAuthTag(content.subarray(-16))
    expect(Buffer.concat([decipher.update(content.subarray(0, -16)), decipher.final()]).toString('utf8')).toBe('Ein Titel')
    expect(member.subject).toBe('subject')
  })

  it.each([
    ['event', { ...PLACE, event: PLACE.event.replace(/1$/, '2') }],
    ['member', { ...PLACE, member: 'name' }],
    ['split of the place', { event: `${PLACE.event}t`, member: 'itle' }],
  ])('does not open in another %s', (_, place) => {
    expect(openMember(keyOf(7), place, sealed('x'))).toEqual(E.left({ type: 'SealBroken' }))
  })

  it('does not open under the key of another subject', () => {
    expect(openMember(keyOf(8), PLACE, sealed('x'))).toEqual(E.left({ type: 'SealBroken' }))
  })

  it('R10: does not open with any bit of nonce, text or tag flipped, or cut', () => {
    const { sealed: whole } = sealed('ab')
    for (const name of ['n', 'c'] as const) {
      const bytes = Buffer.from(whole[name], 'base64url')
      for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const member = { sealed: { ...whole, [name]: flipped.toString('base64url') } }
        expect(openMember(keyOf(7), PLACE, member)).toEqual(E.left({ type: 'SealBroken' }))
      }
      for (let length = 0; length < bytes.length; length += 1) {
        const member = { sealed: { ...whole, [name]: bytes.subarray(0, length).toString('base64url') } }
        expect(openMember(keyOf(7), PLACE, member)).toEqual(E.left({ type: 'SealBroken' }))
      }
    }
  })

  it('R14: never has the nonce of another', () => {
    const nonces = Array.from({ length: 1000 }, () => sealed('x').sealed.n)
    expect(new Set(nonces).size).toBe(nonces.length)
  })
})
