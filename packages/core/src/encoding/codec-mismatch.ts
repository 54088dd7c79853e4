import type * as t from 'io-ts'

const LONGEST_EXCERPT = 60

/** Where a value differs from its codec. */
export interface CodecMismatch {
  /** Path of members, such as `/rights/0/action`; empty for the value itself. */
  readonly where: string
  /** The codec's name, or the failure's own message. */
  readonly expected: string
  /** Excerpt of the value, or its kind where it has no JSON text. */
  readonly found: string
}

/** The deepest of the differences that a codec reports, which for a union is that of the nearest alternative. */
export const codecMismatch = (errors: t.Errors): CodecMismatch => {
  let deepest: Difference | undefined
  for (const error of errors) {
    const difference = differenceOf(error)
    if (deepest === undefined || difference.path.length > deepest.path.length) deepest = difference
  }
  if (deepest === undefined) throw new RangeError('a failed decoding reports at least one error')
  const { path, expected, value } = deepest
  return { where: path.map((key) => `/${key}`).join(''), expected, found: excerpt(value) }
}

interface Difference {
  readonly path: ReadonlyArray<string>
  readonly expected: string
  readonly value: unknown
}

const differenceOf = ({ context, message, value }: t.ValidationError): Difference => {
  const path: string[] = []
  let expected = ''
  context.forEach((entry, index) => {
    const before = context[index - 1]
    // A step into an intersection's part or a union's alternative: the same value, and the key is the part's number.
    if (before !== undefined && Object.is(entry.actual, before.actual)) return
    if (before !== undefined) path.push(entry.key)
    expected = entry.type.name
  })
  return { path, expected: message ?? expected, value }
}

const excerpt = (value: unknown): string => {
  switch (typeof value) {
    case 'undefined':
      return 'nothing'
    case 'string':
      return value.slice(0, LONGEST_EXCERPT)
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value).slice(0, LONGEST_EXCERPT)
    default:
      if (value === null) return 'null'
      return Array.isArray(value) ? 'an array' : 'an object'
  }
}
