import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { codecMismatch } from '../encoding/codec-mismatch'
import { exactly } from './exactly'

interface Tree {
  readonly children: ReadonlyArray<Tree>
}

const Tree: t.Type<Tree> = t.recursion('Tree', () => t.type({ children: t.readonlyArray(Tree) }))
const Point = t.type({ x: t.number }, 'Point')
const Named = t.partial({ name: t.string }, 'Named')

/** The place of the refused member, or nothing for what is accepted. */
const refused = (codec: t.Mixed, value: unknown): string | undefined => {
  const decoded = exactly(codec).decode(value)
  return E.isLeft(decoded) ? codecMismatch(decoded.left).where : undefined
}

describe('exactly', () => {
  it.each<[string, t.Mixed, unknown]>([
    ['a record', Point, { x: 1 }],
    ['an intersection', t.intersection([Point, Named]), { x: 1, name: 'n' }],
    ['parts that share a member', t.intersection([t.type({ p: Point }), t.type({ p: Named })]), { p: { x: 1, name: 'n' } }],
    ['a union of records', t.union([t.type({ p: Point }), t.type({ q: Point })]), { q: { x: 1 } }],
    ['a union where the second names all', t.union([Point, t.type({ x: t.number, y: t.number })]), { x: 1, y: 1 }],
    ['a list', t.readonlyArray(Point), [{ x: 1 }, { x: 2 }]],
    ['a tuple', t.tuple([Point, t.string]), [{ x: 1 }, 'a']],
    ['a dictionary', t.record(t.string, Point), { any: { x: 1 }, other: { x: 2 } }],
    ['unknown members of unknown shape', t.type({ u: t.unknown }), { u: { free: { deep: 1 } } }],
    ['a recursion', Tree, { children: [{ children: [] }] }],
    ['exactly in exactly', t.type({ p: exactly(Point) }), { p: { x: 1 } }],
    ['a text', t.string, 'text'],
    ['null', t.null, null],
  ])('accepts %s', (_, codec, value) => {
    expect(exactly(codec).decode(value)).toEqual(E.right(value))
    expect(exactly(codec).is(value)).toBe(true)
  })

  it.each<[string, t.Mixed, unknown, string]>([
    ['a record', Point, { x: 1, y: 2 }, '/y'],
    ['a strict one, which otherwise strips', t.strict({ x: t.number }), { x: 1, y: 2 }, '/y'],
    ['a read-only one', t.readonly(Point), { x: 1, y: 2 }, '/y'],
    ['an intersection', t.intersection([Point, Named]), { x: 1, nam: 'n' }, '/nam'],
    ['an exact intersection', t.exact(t.intersection([Point, Named])), { x: 1, z: 1 }, '/z'],
    ['a refined one', t.refinement(Point, ({ x }) => x > 0), { x: 1, y: 2 }, '/y'],
    ['a union', t.union([t.type({ p: Point }), t.type({ q: Point })]), { q: { x: 1 }, p: 1 }, '/p'],
    ['a list', t.array(Point), [{ x: 1 }, { x: 2, y: 1 }], '/1/y'],
    ['a tuple', t.tuple([Point, t.string]), [{ x: 1, y: 1 }, 'a'], '/0/y'],
    ['a dictionary', t.record(t.string, Point), { any: { x: 1, y: 1 } }, '/any/y'],
    ['a recursion', Tree, { children: [{ children: [], y: 1 }] }, '/children/0/y'],
    ['a list with members', t.type({ a: t.array(t.number) }), { a: Object.assign([1], { y: {} }) }, '/a/y'],
    ['a name that every object inherits', Point, JSON.parse('{"x":1,"__proto__":1}'), '/__proto__'],
    ['another inherited name', Point, { x: 1, toString: 1 }, '/toString'],
  ])('refuses an excess member of %s', (_, codec, value, where) => {
    expect(refused(codec, value)).toBe(where)
    expect(exactly(codec).is(value)).toBe(false)
  })

  it('keeps the name and the reasons of the codec', () => {
    expect(exactly(Point).name).toBe('Point')
    const decoded = exactly(Point).decode({ x: 'text', y: 1 })
    expect(E.isLeft(decoded) && codecMismatch(decoded.left)).toEqual({ where: '/x', expected: 'number', found: 'text' })
  })

  it('names the place from the whole value on, when it is a part', () => {
    const decoded = t.type({ p: exactly(Point) }).decode({ p: { x: 1, y: 1 } })
    expect(E.isLeft(decoded) && codecMismatch(decoded.left)).toEqual({ where: '/p/y', expected: 'no such member', found: '1' })
  })
})
