import fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { LicenseDocument } from '../license/license-document'
import { exactly } from '../signed/exactly'
import { excessMember } from '../signed/excess-member'
import { quickCheck } from './quick-check'

const Level = t.brand(t.number, (value): value is t.Branded<number, { readonly Level: symbol }> => value >= 0, 'Level')
const Inner = exactly(t.intersection([t.type({ id: t.string }), t.partial({ level: Level })]))
const Outer = t.intersection([
  t.type({ v: t.literal(1), kind: t.keyof({ a: null, b: null }), list: t.readonlyArray(Inner) }),
  t.partial({ choice: t.union([exactly(t.type({ x: t.number })), t.null, t.array(t.boolean)]) }),
])

/** What io-ts and the walk for excess members say, one after the other. */
const slowly = (codec: t.Mixed, value: unknown): boolean =>
  E.isRight(codec.decode(value)) && excessMember([codec], value) === undefined

const piece = fc.oneof(
  fc.constantFrom(1, 'a', null, true, -1, {}, [], undefined),
  fc.record({ id: fc.string(), level: fc.integer() }, { requiredKeys: [] }),
  fc.record({ x: fc.double(), y: fc.boolean() }, { requiredKeys: [] })
)
const values = fc.record(
  { v: fc.constantFrom(1, 2), kind: fc.constantFrom('a', 'toString'), list: fc.array(piece), choice: piece, more: piece },
  { requiredKeys: [] }
)

describe('quickCheck', () => {
  it('says yes to nothing that io-ts refuses or changes, or that has an excess member', () => {
    const quick = quickCheck(Outer)
    fc.assert(
      fc.property(values, (value) => {
        if (quick?.(value) !== true) return
        expect(slowly(Outer, value)).toBe(true)
        const decoded = Outer.decode(value)
        expect(E.isRight(decoded) && decoded.right).toBe(value)
      })
    )
  })

  it('says yes to all that JSON can say of such a value', () => {
    const good = fc.record({
      v: fc.constant(1),
      kind: fc.constantFrom('a', 'b'),
      list: fc.array(fc.record({ id: fc.string(), level: fc.nat() }, { requiredKeys: ['id'] })),
      choice: fc.constantFrom(null, [true, false], [], { x: 1 }),
    })
    fc.assert(fc.property(good, (value) => expect(quickCheck(Outer)?.(JSON.parse(JSON.stringify(value)))).toBe(true)))
  })

  it.each([
    ['a hole', { v: 1, kind: 'a', list: new Array(1) }],
    ['a list with a member', { v: 1, kind: 'a', list: Object.assign([], { more: 1 }) }],
    ['an inherited member', Object.assign(Object.create({ v: 1 }), { kind: 'a', list: [] })],
    ['a list for a record', Object.assign([], { v: 1, kind: 'a', list: [] })],
    ['a member called __proto__', JSON.parse('{"v":1,"kind":"a","list":[],"__proto__":1}')],
    ['an inherited key', { v: 1, kind: 'toString', list: [] }],
  ])('leaves %s to io-ts', (_, value) => expect(quickCheck(Outer)?.(value)).toBe(false))

  it.each<[string, t.Mixed]>([
    ['may change what it decodes', t.type({ n: new t.Type<number, string>('N', t.number.is, () => t.success(1), String) })],
    ['has members of any name', t.type({ d: t.record(t.string, t.string) })],
    ['is unknown', t.type({ u: t.unknown })],
    ['shares a name between parts', t.intersection([t.type({ a: t.number }), t.partial({ a: t.number })])],
    ['holds one that is exact by itself', t.intersection([exactly(t.type({ a: t.number })), t.type({ b: t.number })])],
  ])('is not made for a codec that %s', (_, codec) => expect(quickCheck(codec)).toBeUndefined())

  it('is made for license documents', () => expect(quickCheck(LicenseDocument)).toBeDefined())
})
