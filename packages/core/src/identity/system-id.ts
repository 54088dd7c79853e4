import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { badInput, type BadInput } from './bad-input'

export interface SystemIdBrand {
  readonly SystemId: unique symbol
}

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/**
 * Names a third-party rights system in inclusion lists and registrations: GUID text in lower case.
 *
 * @source Windows Media Format 11 SDK, "Explicit Authorization and Inclusion Lists"
 */
export const SystemId = t.brand(
  t.string,
  (text): text is t.Branded<string, SystemIdBrand> => GUID.test(text),
  'SystemId'
)
export type SystemId = t.TypeOf<typeof SystemId>

/** Reads GUID text in either case, with or without braces. @errors `BadInput` for anything else. */
export const systemIdFromText = (text: string): E.Either<BadInput, SystemId> => {
  const bare = (text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text).toLowerCase()
  return SystemId.is(bare) ? E.right(bare) : E.left(badInput('system id', 'a GUID', JSON.stringify(text)))
}
