import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { codecMismatch } from './codec-mismatch'

const Codec = t.intersection(
  [
    t.type({ a: t.array(t.type({ b: t.union([t.string, t.type({ c: t.number })]) })) }),
    t.partial({ d: t.literal('x') }),
  ],
  'Codec'
)

const mismatch = (value: unknown) => {
  const decoded = Codec.decode(value)
  return E.isLeft(decoded) ? codecMismatch(decoded.left) : undefined
}

describe('codecMismatch', () => {
  it.each([
    [{ a: 1 }, '/a', 'Array<{ b: (string | { c: number }) }>', '1'],
    [{ a: [{ b: { c: 'text' } }] }, '/a/0/b/c', 'number', 'text'],
    [{ a: [{}] }, '/a/0/b', '(string | { c: number })', 'nothing'],
    [{ a: [], d: ['x'] }, '/d', '"x"', 'an array'],
    [{}, '/a', 'Array<{ b: (string | { c: number }) }>', 'nothing'],
    [[], '', 'Codec', 'an array'],
    [null, '', 'Codec', 'null'],
  ])('of %j names the place in the value', (value, where, expected, found) => {
    expect(mismatch(value)).toEqual({ where, expected, found })
  })

  it('shortens what was found', () => {
    expect(mismatch({ a: 'x'.repeat(1000) })?.found).toHaveLength(60)
  })
})
