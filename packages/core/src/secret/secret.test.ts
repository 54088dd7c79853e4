import { format, inspect } from 'node:util'
import { serialize } from 'node:v8'

import { equalBytes } from './equal-bytes'
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

  it.each([
    ['util.format', (value: unknown) => format('%s %o %O %j', value, value, value, value)],
    ['an error message', (value: unknown) => inspect(new Error(inspect(value), { cause: value }))],
    ['a list that holds it', (value: unknown) => JSON.stringify([value, { value }]) + inspect([value], { depth: null })],
    ['a map that holds it', (value: unknown) => inspect(new Map([[value, value]]), { showHidden: true, depth: null })],
    ['Object.assign', (value: unknown) => JSON.stringify(Object.assign({}, value))],
    ['every own descriptor', (value: unknown) => inspect(Object.getOwnPropertyDescriptors(value))],
    ['its prototype', (value: unknown) => inspect(Object.getPrototypeOf(value))],
  ])('R3: shows no byte in %s', (_, show) => {
    const shapes = [CANARY, Buffer.from(CANARY, 'hex').toString('base64'), 'c0 ff ee', '192, 255', '192,255']
    for (const shape of shapes) expect(show(secretFromBytes(canary()))).not.toContain(shape)
  })

  it.each([
    ['a template', (value: unknown) => `${value as string}`],
    ['concatenation', (value: unknown) => 'secret: ' + (value as string)],
    ['conversion', (value: unknown) => Number(value)],
    ['%d of util.format', (value: unknown) => format('%d', value)],
  ])('R3: becomes neither text nor number by %s', (_, show) => {
    expect(() => show(secretFromBytes(canary()))).toThrow('Cannot convert object to primitive value')
  })

  it('R3, defence off: bytes in a plain object show in each of these', () => {
    const plain = { bytes: canary() }
    expect(JSON.stringify(plain)).toContain('192')
    expect(inspect(plain)).toContain('192, 255')
    expect(serialize(plain).toString('hex')).toContain(CANARY)
    expect(JSON.stringify({ ...plain })).toContain('192')
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

  it('R14: compares check values as well, whatever their lengths', () => {
    expect(equalBytes(canary(), canary())).toBe(true)
    expect(equalBytes(canary(), canary().subarray(1))).toBe(false)
    expect(equalBytes(canary(), Uint8Array.from(canary(), (byte, at) => (at === 15 ? byte ^ 1 : byte)))).toBe(false)
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true)
  })

  it('becomes a key that prints without its bytes', () => {
    const key = secretKeyObject(secretFromBytes(canary()))
    expect(key.export().toString('hex')).toBe(CANARY)
    expect(inspect(key, { showHidden: true, depth: null })).not.toContain(CANARY)
  })
})
