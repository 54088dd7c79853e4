import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import * as E from 'fp-ts/Either'
import { compactDecrypt } from 'jose'

import type { LicenseId } from '../identity/license-id'
import { readSealHeader } from '../secret/jwe-header'
import { sealTo } from '../secret/seal'
import { secretEquals, secretFromBytes, type Secret } from '../secret/secret'
import { BLOCK_KIND, packKeyBlock } from './key-block'
import { deliverKey, namesComputer, openDelivery } from './key-delivery'

const secret = (byte: number, length: number): Secret => secretFromBytes(new Uint8Array(length).fill(byte))
const content = (length = 16) => ({ key: secret(7, length), blind: secret(9, 16) })
const license = { lid: '0190c42e-8c5e-7000-8000-000000000001' as LicenseId, docDigest: `${'d'.repeat(42)}A` }
const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const broken = E.left({ type: 'SealBroken' })

describe('a delivered content key', () => {
  const own = pair()

  it.each([7, 16, 32])('opens for its device, epoch and license: %i bytes', async (length) => {
    const jwe = await deliverKey(own.publicKey, 2, license, content(length))()
    const opened = await openDelivery(own.privateKey, 2, license, jwe)()
    expect(E.isRight(opened) && secretEquals(opened.right.key, secret(7, length))).toBe(true)
    expect(E.isRight(opened) && secretEquals(opened.right.blind, secret(9, 16))).toBe(true)
  })

  it('P-18: opens for no other device, epoch, license or document', async () => {
    const jwe = await deliverKey(own.publicKey, 2, license, content())()
    const lid = license.lid.replace(/1$/, '2') as LicenseId
    expect(await openDelivery(pair().privateKey, 2, license, jwe)()).toEqual(broken)
    expect(await openDelivery(own.privateKey, 3, license, jwe)()).toEqual(broken)
    expect(await openDelivery(own.privateKey, 2, { ...license, lid }, jwe)()).toEqual(broken)
    expect(await openDelivery(own.privateKey, 2, { ...license, docDigest: `${'e'.repeat(42)}A` }, jwe)()).toEqual(broken)
  })

  it('P-18: opens with no character changed', async () => {
    const jwe = await deliverKey(own.publicKey, 2, license, content())()
    for (let place = 0; place < jwe.length; place += 1) {
      const other = `${jwe.slice(0, place)}${jwe[place] === 'A' ? 'Q' : 'A'}${jwe.slice(place + 1)}`
      expect(await openDelivery(own.privateKey, 2, license, other)()).toEqual(broken)
    }
    expect(await openDelivery(own.privateKey, 2, license, 'A'.repeat(5000))()).toEqual(broken)
  }, 30_000)

  it('the header says in clear what is authenticated, and no more', async () => {
    const jwe = await deliverKey(own.publicKey, 2, license, content())()
    const header = readSealHeader(jwe)
    expect(header).toMatchObject(E.right({ typ: 'custody-license-key+1', lid: license.lid, docDigest: license.docDigest, epoch: 2 }))
    expect(E.isRight(header) && Object.keys(header.right).sort()).toEqual(['alg', 'docDigest', 'enc', 'epk', 'epoch', 'lid', 'typ'])
  })

  it('P-18: one that names its computer opens for no other name, and for none', async () => {
    const mid = `${'m'.repeat(42)}A`
    const jwe = await deliverKey(own.publicKey, 2, license, content(), mid)()
    expect(readSealHeader(jwe)).toMatchObject(E.right({ mid, epoch: 2 }))
    expect(E.isRight(await openDelivery(own.privateKey, 2, license, jwe, mid)())).toBe(true)
    expect(await openDelivery(own.privateKey, 2, license, jwe, `${'n'.repeat(42)}A`)()).toEqual(broken)
    expect(await openDelivery(own.privateKey, 2, license, jwe)()).toEqual(broken)
    expect(namesComputer(jwe)).toBe(true)
  })

  it('one without a name, as license files have it, opens as before', async () => {
    const jwe = await deliverKey(own.publicKey, 2, license, content())()
    expect([namesComputer(jwe), namesComputer('x'), namesComputer('A'.repeat(5000))]).toEqual([false, false, false])
    expect(E.isRight(await openDelivery(own.privateKey, 2, license, jwe)())).toBe(true)
  })

  it('has one length for keys of 7, 16 and 32 bytes', async () => {
    const lengths = await Promise.all([7, 16, 32].map((length) => deliverKey(own.publicKey, 2, license, content(length))()))
    expect(new Set(lengths.map(({ length }) => length)).size).toBe(1)
    const { plaintext } = await compactDecrypt(lengths[0] ?? '', own.privateKey)
    expect(plaintext).toHaveLength(56)
  })

  it('takes no block of another kind, however well it is sealed', async () => {
    const header = { typ: 'custody-license-key+1', ...license, epoch: 2 }
    const jwe = await sealTo(createPublicKey(own.privateKey), header, packKeyBlock(BLOCK_KIND.target, content()))
    expect(await openDelivery(own.privateKey, 2, license, jwe)()).toEqual(broken)
    const right = await sealTo(createPublicKey(own.privateKey), header, packKeyBlock(BLOCK_KIND.license, content()))
    expect(E.isRight(await openDelivery(own.privateKey, 2, license, right)())).toBe(true)
  })
})
