import type * as t from 'io-ts'

/** A test in one pass. `true`: the value fits exactly and decodes to itself. `false` says nothing: decode it. */
export type QuickCheck = (value: unknown) => boolean

/** The codecs of io-ts that a quick check can be made of; what each accepts, it leaves as it is. */
type Plain =
  | t.StringType
  | t.NumberType
  | t.BooleanType
  | t.NullType
  | t.LiteralType<string | number | boolean>
  | t.KeyofType<Record<string, unknown>>
  | t.InterfaceType<t.Props>
  | t.PartialType<t.Props>
  | t.ArrayType<t.Mixed>
  | t.ReadonlyArrayType<t.Mixed>
  | t.UnionType<Array<t.Mixed>>
  | t.IntersectionType<Array<t.Mixed>>
  | t.RefinementType<t.Mixed>

interface Member {
  readonly required: boolean
  readonly fits: QuickCheck
}

const LEAVES: ReadonlySet<unknown> = new Set<Plain['_tag']>([
  'StringType',
  'NumberType',
  'BooleanType',
  'NullType',
  'LiteralType',
  'KeyofType',
])

const made = new WeakMap<t.Mixed, QuickCheck | undefined>()

/** Gives a codec of our own make its quick check, for the codecs that hold it. */
export const keepQuickCheck = (codec: t.Mixed, check: QuickCheck | undefined): void => void made.set(codec, check)

/**
 * Makes the quick check of a codec, or nothing for one with a part that may change what it decodes, or whose members are
 * not fixed. Documents that are stored by the thousand pay for io-ts' reasons only when they are refused.
 */
export const quickCheck = (codec: t.Mixed): QuickCheck | undefined => {
  if (!made.has(codec)) made.set(codec, checkOf(codec))
  return made.get(codec)
}

const checkOf = (codec: t.Mixed): QuickCheck | undefined => {
  const plain = codec as unknown as Plain | { readonly _tag?: undefined }
  switch (plain._tag) {
    case 'InterfaceType':
    case 'PartialType':
    case 'IntersectionType':
      return recordCheck(plain)
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return listCheck(quickCheck(plain.type))
    case 'UnionType':
      return anyOf(plain.types.map(quickCheck))
    case 'RefinementType':
      return refined(quickCheck(plain.type), plain.predicate)
    default:
      return LEAVES.has(plain._tag) ? codec.is : undefined
  }
}

const refined = (inner: QuickCheck | undefined, predicate: (value: never) => boolean): QuickCheck | undefined =>
  inner && ((value) => inner(value) && predicate(value as never))

const anyOf = (checks: ReadonlyArray<QuickCheck | undefined>): QuickCheck | undefined => {
  const known = checks.filter((check) => check !== undefined)
  return known.length === checks.length ? (value) => known.some((fits) => fits(value)) : undefined
}

const listCheck = (entry: QuickCheck | undefined): QuickCheck | undefined =>
  entry &&
  ((value) => {
    if (!Array.isArray(value) || Object.keys(value).length !== value.length) return false
    for (const member of value) if (!entry(member)) return false
    return true
  })

type RecordCodec = t.InterfaceType<t.Props> | t.PartialType<t.Props> | t.IntersectionType<Array<t.Mixed>>

/** The records that hold together in one codec, or nothing when a part is none. */
const partsOf = (
  codec: RecordCodec
): ReadonlyArray<t.InterfaceType<t.Props> | t.PartialType<t.Props>> | undefined => {
  if (codec._tag !== 'IntersectionType') return [codec]
  const parts = codec.types.map((part) => {
    const { _tag } = part as unknown as Plain
    return _tag === 'InterfaceType' || _tag === 'PartialType' || _tag === 'IntersectionType'
      ? partsOf(part as unknown as RecordCodec)
      : undefined
  })
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? [])
}

const membersOf = (codec: RecordCodec): ReadonlyMap<string, Member> | undefined => {
  const members = new Map<string, Member>()
  for (const part of partsOf(codec) ?? [undefined]) {
    if (part === undefined) return undefined
    for (const [name, member] of Object.entries(part.props)) {
      const fits = quickCheck(member)
      // A name that two parts share is left to io-ts.
      if (fits === undefined || members.has(name)) return undefined
      members.set(name, { required: part._tag === 'InterfaceType', fits })
    }
  }
  return members
}

const recordCheck = (codec: RecordCodec): QuickCheck | undefined => {
  const members = membersOf(codec)
  if (members === undefined) return undefined
  const needed = [...members.values()].filter(({ required }) => required).length
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    let found = 0
    for (const key of Object.keys(value)) {
      const member = members.get(key)
      if (member === undefined || !member.fits((value as Readonly<Record<string, unknown>>)[key])) return false
      if (member.required) found += 1
    }
    return found === needed
  }
}
