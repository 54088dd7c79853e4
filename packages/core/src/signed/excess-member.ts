import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'

/** The codecs of io-ts that say which members a value has. */
type Known =
  | t.InterfaceType<t.Props>
  | t.PartialType<t.Props>
  | t.DictionaryType<t.Mixed, t.Mixed>
  | t.ArrayType<t.Mixed>
  | t.ReadonlyArrayType<t.Mixed>
  | t.TupleType<Array<t.Mixed>>
  | t.IntersectionType<Array<t.Mixed>>
  | t.UnionType<Array<t.Mixed>>
  | t.ExactType<t.HasProps>
  | t.ReadonlyType<t.Mixed>
  | t.RefinementType<t.Mixed>
  | t.RecursiveType<t.Mixed>

/** What several codecs together say of a record's or list's members: the codecs of one, or nothing when all are free. */
type Members = (key: string) => ReadonlyArray<t.Mixed> | 'free'

/** Keys from a value down to one of its members. */
export type MemberPath = ReadonlyArray<string>

const INDEX = /^\d+$/

/**
 * The way to the first member that none of the codecs names, or nothing. The codecs hold together, as an intersection's
 * parts do, and the value is one that they accept; of a union's alternatives one that accepts it must name all.
 */
export const excessMember = (codecs: ReadonlyArray<t.Mixed>, value: unknown): MemberPath | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  let first: MemberPath | undefined
  for (const parts of readings(codecs.map(known), value)) {
    const excess = excessOf(parts, value)
    if (excess === undefined) return undefined
    first ??= excess
  }
  return first
}

const excessOf = (parts: ReadonlyArray<Known | 'opaque'>, value: object): MemberPath | undefined => {
  const members = parts.map(membersOf)
  for (const [key, member] of Object.entries(value)) {
    const claims = members.map((of) => of(key))
    if (claims.includes('free')) continue
    const codecs = claims.flatMap((claim) => (claim === 'free' ? [] : claim))
    if (codecs.length === 0) return [key]
    const excess = excessMember(codecs, member)
    if (excess !== undefined) return [key, ...excess]
  }
  return undefined
}

/** Every way to read the codecs with wrappers opened, intersections laid flat and one alternative of each union taken. */
const readings = (
  codecs: ReadonlyArray<Known | 'opaque'>,
  value: object
): ReadonlyArray<ReadonlyArray<Known | 'opaque'>> =>
  codecs.reduce<ReadonlyArray<ReadonlyArray<Known | 'opaque'>>>(
    (before, codec) => before.flatMap((parts) => readingsOf(codec, value).map((more) => [...parts, ...more])),
    [[]]
  )

const readingsOf = (codec: Known | 'opaque', value: object): ReadonlyArray<ReadonlyArray<Known | 'opaque'>> => {
  if (codec === 'opaque') return [[codec]]
  switch (codec._tag) {
    case 'ExactType':
    case 'ReadonlyType':
    case 'RefinementType':
    case 'RecursiveType':
      return readingsOf(known(codec.type), value)
    case 'IntersectionType':
      return readings(codec.types.map(known), value)
    case 'UnionType':
      return codec.types
        .filter((alternative) => E.isRight(alternative.decode(value)))
        .flatMap((alternative) => readingsOf(known(alternative), value))
    default:
      return [[codec]]
  }
}

const membersOf = (codec: Known | 'opaque'): Members => {
  if (codec === 'opaque') return () => 'free'
  switch (codec._tag) {
    case 'InterfaceType':
    case 'PartialType':
      return (key) => (Object.hasOwn(codec.props, key) ? present(codec.props[key]) : [])
    case 'DictionaryType':
      return () => [codec.codomain]
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return (key) => (INDEX.test(key) ? [codec.type] : [])
    case 'TupleType':
      return (key) => (INDEX.test(key) ? present(codec.types[Number(key)]) : [])
    default:
      return () => 'free'
  }
}

const present = (codec: t.Mixed | undefined): ReadonlyArray<t.Mixed> => (codec === undefined ? [] : [codec])

const TAGS: ReadonlySet<unknown> = new Set<Known['_tag']>([
  'InterfaceType',
  'PartialType',
  'DictionaryType',
  'ArrayType',
  'ReadonlyArrayType',
  'TupleType',
  'IntersectionType',
  'UnionType',
  'ExactType',
  'ReadonlyType',
  'RefinementType',
  'RecursiveType',
])

const known = (codec: t.Mixed): Known | 'opaque' =>
  TAGS.has((codec as { readonly _tag?: unknown })._tag) ? (codec as unknown as Known) : 'opaque'
