import { generateKeyPairSync } from 'node:crypto'
import * as E from 'fp-ts/Either'
import { compactDecrypt } from 'jose'

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

  it.each([
    ['a device key', { typ: 'custody-vault+1', home: 'h', epoch: 2, gen: 1, class: 'backup' }],
    ['a service key', { typ: 'custody-backup-key+1', set: 's', vault: 'v', gen: 1, mid: 'm' }],
  ])('P-18: sealed to %s it opens under exactly its header, each member of it', async (_, header) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwe = await sealTo(publicKey, header, secret(9))
    expect(E.isRight(await unsealWith(privateKey, header, jwe)())).toBe(true)
    expect(readSealHeader(jwe)).toMatchObject(E.right({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', ...header }))
    for (const member of Object.keys(header)) {
      const { [member]: value, ...others } = header as Readonly<Record<string, string | number>>
      const without = { ...others } as unknown as typeof header
      expect(await unsealWith(privateKey, without, jwe)()).toEqual(broken)
      const other = { ...header, [member]: typeof value === 'number' ? value + 1 : `${value}x` }
      expect(await unsealWith(privateKey, other, jwe)()).toEqual(broken)
      expect(await unsealWith(privateKey, header, await sealTo(publicKey, other, secret(9)))()).toEqual(broken)
    }
    expect(await unsealWith(privateKey, { ...header, more: 1 }, jwe)()).toEqual(broken)
  })

  it('R10, defence off: without the header as expectation a moved seal opens', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const moved = await sealTo(publicKey, { ...HEADER, home: 'another' }, secret(9))
    const { plaintext } = await compactDecrypt(moved, privateKey)
    expect(Buffer.from(plaintext).toString('hex')).toBe('09'.repeat(32))
    expect(await unsealWith(privateKey, HEADER, moved)()).toEqual(broken)
  })

  it.each(['', 'a.b.c', '....', 'bm90IGpzb24....', 'W10....'])('reads no header of %j', (text) => {
    expect(readSealHeader(text)).toEqual(broken)
  })
})
