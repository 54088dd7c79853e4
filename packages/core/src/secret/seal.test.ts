import { generateKeyPairSync } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { readSealHeader } from './jwe-header'
import { seal, sealTo, unseal, unsealWith } from './seal'
import { secretEquals, secretFromBytes, type Secret } from './secret'

const secret = (fill: number, length = 32): Secret => secretFromBytes(new Uint8Array(length).fill(fill))
const HEADER = { typ: 'custody-test+1', home: 'h', gen: 1 }
const broken = E.left({ type: 'SealBroken' })
const flipped = (text: string, place: number): string =>
  `${text.slice(0, place)}${text[place] === 'A' ? 'Q' : 'A'}${text.slice(place + 1)}`

describe('seal', () => {
  it('opens under the same key and header, and nothing else', async () => {
    const jwe = await seal(secret(1), HEADER, secret(7))
    const opened = await unseal(secret(1), HEADER, jwe)()
    expect(E.isRight(opened) && secretEquals(opened.right, secret(7))).toBe(true)
    expect(await unseal(secret(2), HEADER, jwe)()).toEqual(broken)
    expect(await unseal(secret(1), { ...HEADER, gen: 2 }, jwe)()).toEqual(broken)
    expect(await unseal(secret(1), { typ: HEADER.typ, home: 'h' }, jwe)()).toEqual(broken)
    expect(await unseal(secret(1), { ...HEADER, more: 'x' }, jwe)()).toEqual(broken)
    expect(readSealHeader(jwe)).toEqual(E.right({ alg: 'dir', enc: 'A256GCM', ...HEADER }))
  })

  it('R10: no changed character of the text opens', async () => {
    const jwe = await seal(secret(1), HEADER, secret(7))
    for (let place = 0; place < jwe.length; place += 1) {
      expect(await unseal(secret(1), HEADER, flipped(jwe, place))()).toEqual(broken)
    }
  })

  it('opens for its recipient alone', async () => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwe = await sealTo(own.publicKey, HEADER, secret(9))
    const opened = await unsealWith(own.privateKey, HEADER, jwe)()
    expect(E.isRight(opened) && secretEquals(opened.right, secret(9))).toBe(true)
    expect(await unsealWith(other.privateKey, HEADER, jwe)()).toEqual(broken)
    expect(await unsealWith(own.privateKey, { ...HEADER, gen: 3 }, jwe)()).toEqual(broken)
  })

  it.each(['', 'a.b.c', '....', 'bm90IGpzb24....', 'W10....'])('reads no header of %j', (text) => {
    expect(readSealHeader(text)).toEqual(broken)
  })
})
