import { generateKeyPairSync } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { secretEquals, secretFromBytes, type Secret } from '../secret/secret'
import { openVaultKey, sealVaultKey } from './sealed-vault-key'

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const secret = (byte: number): Secret => secretFromBytes(new Uint8Array(32).fill(byte))
const place = { set: 'set-1', gen: 3, mid: 'mid-1' }
const BROKEN = E.left({ type: 'SealBroken' })
const WRONG = E.left({ type: 'GuardWrong' })

describe('vault key sealed to a service', () => {
  const service = keyPair()

  it('opens at the service and at the same place only', async () => {
    const jwe = await sealVaultKey(service.publicKey, place, secret(7))
    const opened = await openVaultKey(service.privateKey, place, jwe)()
    expect(E.isRight(opened) && secretEquals(opened.right, secret(7))).toBe(true)
    expect(await openVaultKey(keyPair().privateKey, place, jwe)()).toEqual(BROKEN)
    for (const other of [{ ...place, set: 'set-2' }, { ...place, gen: 4 }, { ...place, mid: 'mid-2' }]) {
      expect(await openVaultKey(service.privateKey, other, jwe)()).toEqual(BROKEN)
    }
  })

  it('with a guard opens with the same guard only', async () => {
    const jwe = await sealVaultKey(service.publicKey, place, secret(7), secret(1))
    const opened = await openVaultKey(service.privateKey, place, jwe, secret(1))()
    expect(E.isRight(opened) && secretEquals(opened.right, secret(7))).toBe(true)
    expect(await openVaultKey(service.privateKey, place, jwe, secret(2))()).toEqual(WRONG)
  })

  it('with a guard does not give the key to who has none', async () => {
    const jwe = await sealVaultKey(service.publicKey, place, secret(7), secret(1))
    const opened = await openVaultKey(service.privateKey, place, jwe)()
    expect(E.isRight(opened) && secretEquals(opened.right, secret(7))).toBe(false)
  })

  it('without a guard tells a caller who brings one that it is wrong', async () => {
    const jwe = await sealVaultKey(service.publicKey, place, secret(7))
    expect(await openVaultKey(service.privateKey, place, jwe, secret(1))()).toEqual(WRONG)
  })
})
