import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { keepQuickCheck, quickCheck } from '../encoding/quick-check'
import { excessMember, type MemberPath } from './excess-member'

const made = new WeakMap<t.Mixed, t.Mixed>()

/**
 * The same codec, refusing values that hold a member it does not name, at any depth. Nothing is stripped: what decodes
 * is what was there. A codec of unknown make (a brand's inside, `t.unknown`) takes all members of what it accepts.
 */
export const exactly = <C extends t.Mixed>(codec: C): t.Type<t.TypeOf<C>, t.OutputOf<C>> => {
  const before = made.get(codec)
  if (before !== undefined) return before
  const quick = quickCheck(codec)
  const exact = new t.Type<t.TypeOf<C>, t.OutputOf<C>>(
    codec.name,
    (value): value is t.TypeOf<C> => quick?.(value) === true || (codec.is(value) && excessMember([codec], value) === undefined),
    (value, context) => {
      if (quick?.(value) === true) return t.success(value)
      const decoded = codec.validate(value, context)
      if (E.isLeft(decoded)) return decoded
      const excess = excessMember([codec], value)
      return excess === undefined ? decoded : refusal(value, context, excess)
    },
    (value) => codec.encode(value) as t.OutputOf<C>
  )
  keepQuickCheck(exact, quick)
  made.set(codec, exact)
  return exact
}

const refusal = (value: unknown, context: t.Context, path: MemberPath): t.Validation<never> => {
  let member = value
  let place = context
  for (const key of path) {
    member = (member as Readonly<Record<string, unknown>>)[key]
    place = t.appendContext(place, key, t.never, member)
  }
  return t.failure(member, place, 'no such member')
}
