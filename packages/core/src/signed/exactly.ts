import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { excessMember, type MemberPath } from './excess-member'

/**
 * The same codec, refusing values that hold a member it does not name, at any depth. Nothing is stripped: what decodes
 * is what was there. A codec of unknown make (a brand's inside, `t.unknown`) takes all members of what it accepts.
 */
export const exactly = <C extends t.Mixed>(codec: C): t.Type<t.TypeOf<C>, t.OutputOf<C>> =>
  new t.Type<t.TypeOf<C>, t.OutputOf<C>>(
    codec.name,
    (value): value is t.TypeOf<C> => codec.is(value) && excessMember([codec], value) === undefined,
    (value, context) => {
      const decoded = codec.validate(value, context)
      if (E.isLeft(decoded)) return decoded
      const excess = excessMember([codec], value)
      return excess === undefined ? decoded : refusal(value, context, excess)
    },
    (value) => codec.encode(value) as t.OutputOf<C>
  )

const refusal = (value: unknown, context: t.Context, path: MemberPath): t.Validation<never> => {
  let member = value
  let place = context
  for (const key of path) {
    member = (member as Readonly<Record<string, unknown>>)[key]
    place = t.appendContext(place, key, t.never, member)
  }
  return t.failure(member, place, 'no such member')
}
