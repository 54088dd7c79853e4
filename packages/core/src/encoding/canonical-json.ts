import * as E from 'fp-ts/Either'

import type { CoreFault } from '../fault/core-fault'

const DEEPEST = 64
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** Says why a value has no canonical form. `where` is a path such as `/rights/0/action`, empty for the value itself. */
export type CanonicalFault = Extract<CoreFault, { type: 'BadInput' }>

/**
 * The one JSON text of a value: members in order of their UTF-16 code units, no white space, ECMAScript numbers.
 *
 * @errors `BadInput` for what JSON cannot say or says ambiguously: `undefined`, functions, big integers, numbers that are
 * not finite, lone surrogates, objects that are no plain records, nesting deeper than 64.
 * @source RFC 8785, section 3.2
 */
export const canonicalJson = (value: unknown): E.Either<CanonicalFault, string> => {
  const fault = unfit(value, '', 0)
  return fault === undefined ? E.right(write(value)) : E.left(fault)
}

/** What may be the escape of half a surrogate pair, which no canonical text has; or a backslash before the same letters. */
const SURROGATE_ESCAPE = /\\u[dD]/

/**
 * Whether a JSON text is the canonical form of the value that was parsed from it. Says the same as writing the form and
 * comparing, in less than half the time.
 *
 * @source RFC 8785, section 3.2
 */
export const isCanonical = (text: string, parsed: unknown): boolean => {
  if (!SURROGATE_ESCAPE.test(text) && isInOrder(parsed, 0) && JSON.stringify(parsed) === text) return true
  // Members with whole numbers for names come in another order from the engine than in the text.
  const written = canonicalJson(parsed)
  return E.isRight(written) && written.right === text
}

const isInOrder = (value: unknown, depth: number): boolean => {
  if (depth > DEEPEST) return false
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) {
    for (const member of value) if (!isInOrder(member, depth + 1)) return false
    return true
  }
  let before = ''
  for (const key of Object.keys(value)) {
    if (key < before || !isInOrder((value as Readonly<Record<string, unknown>>)[key], depth + 1)) return false
    before = key
  }
  return true
}

const unfit = (value: unknown, where: string, depth: number): CanonicalFault | undefined => {
  if (depth > DEEPEST) return bad(where, `nesting of at most ${DEEPEST}`, 'deeper nesting')
  switch (typeof value) {
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : bad(where, 'a finite number', String(value))
    case 'string':
      return LONE_SURROGATE.test(value) ? bad(where, 'well-formed text', 'a lone surrogate') : undefined
    case 'object':
      return value === null ? undefined : unfitObject(value, where, depth)
    default:
      return bad(where, 'a JSON value', typeof value)
  }
}

const unfitObject = (value: object, where: string, depth: number): CanonicalFault | undefined => {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = unfit(value[index], `${where}/${index}`, depth + 1)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  if (!isRecord(value)) return bad(where, 'a plain object', Object.prototype.toString.call(value))
  for (const [key, member] of Object.entries(value)) {
    const fault = unfit(key, where, depth + 1) ?? unfit(member, `${where}/${key}`, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

const write = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object' || value === null || !isRecord(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${write(value[key])}`)
  return `{${members.join(',')}}`
}

/** By tag, not by prototype: records of another realm are records too. */
const isRecord = (value: object): value is Readonly<Record<string, unknown>> =>
  Object.prototype.toString.call(value) === '[object Object]'

const bad = (where: string, expected: string, found: string): CanonicalFault => ({
  type: 'BadInput',
  where,
  expected,
  found,
})
