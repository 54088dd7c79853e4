import { inspect } from 'node:util'
import { serialize } from 'node:v8'

import { secretEquals, secretFromBytes, secretKeyObject, secretLength, wipeSecret, withSecretBytes } from './secret'

const CANARY = 'c0ffee15deadbea7c0ffee15deadbea7'
const canary = (): Uint8Array => Uint8Array.from(Buffer.from(CANARY, 'hex'))
const shown = (value: unknown): string =>
  [
    inspect(value, { showHidden: true, depth: null, getters: true }),
    JSON.stringify(value),
    JSON.stringify(structuredClone(value)),
    serialize(value).toString('hex'),
    Reflect.ownKeys(value as object).map(String).join(),
    `${JSON.stringify({ ...(value as object) })}`,
  ].join('\n')

describe('secret', () => {
  it('R3: shows no byte in print, JSON, clone, spread or serialization', () => {
    const secret = secretFromBytes(canary())
    expect(shown(secret)).not.toContain(CANARY)
    expect(shown(secret)).not.toContain(Buffer.from(CANARY, 'hex').toString('base64'))
    expect(shown(secret)).not.toContain('192, 255')
    expect(() => String(secret)).toThrow(TypeError)
    expect(JSON.stringify(secret)).toBe('{}')
  })

  it('R5: takes the source over and wipes it, and owns an exact allocation', () => {
    const source = canary()
    const secret = secretFromBytes(source)
    expect(source.every((byte) => byte === 0)).toBe(true)
    withSecretBytes(secret, (bytes) => {
      expect(bytes.buffer.byteLength).toBe(bytes.length)
      expect(Buffer.from(bytes).toString('hex')).toBe(CANARY)
    })
    expect(secretLength(secret)).toBe(16)
  })

  it('R5: wiping fills the bytes with zeros and closes the handle', () => {
    const secret = secretFromBytes(canary())
    const kept = withSecretBytes(secret, (bytes) => bytes)
    wipeSecret(secret)
    wipeSecret(secret)
    expect(kept.every((byte) => byte === 0)).toBe(true)
    expect(() => secretLength(secret)).toThrow('wiped')
  })

  it('opens no look-alike', () => {
    const secret = secretFromBytes(canary())
    for (const fake of [{ ...secret }, Object.create(secret) as object, new Proxy(secret, {}), structuredClone(secret)]) {
      expect(() => secretLength(fake as typeof secret)).toThrow(TypeError)
    }
  })

  it('R14: compares bytes', () => {
    expect(secretEquals(secretFromBytes(canary()), secretFromBytes(canary()))).toBe(true)
    expect(secretEquals(secretFromBytes(canary()), secretFromBytes(new Uint8Array(16)))).toBe(false)
    expect(secretEquals(secretFromBytes(canary()), secretFromBytes(new Uint8Array(15)))).toBe(false)
  })

  it('becomes a key that prints without its bytes', () => {
    const key = secretKeyObject(secretFromBytes(canary()))
    expect(key.export().toString('hex')).toBe(CANARY)
    expect(inspect(key, { showHidden: true, depth: null })).not.toContain(CANARY)
  })
})
