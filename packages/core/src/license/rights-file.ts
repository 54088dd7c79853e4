import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { codecMismatch } from '../encoding/codec-mismatch'
import { badInput, type BadInput } from '../identity/bad-input'
import { RequiredVersion } from '../identity/security-version'
import { SystemId, systemIdFromText } from '../identity/system-id'
import { exactly } from '../signed/exactly'
import { Action } from './action'
import { Count, Priority } from './document-values'
import type { LicenseDocument, Right } from './license-document'
import { Timestamp } from './timestamp'

/** GUID text in either case, as people write it. */
const WrittenSystemId = new t.Type<SystemId, string, unknown>(
  'system id',
  SystemId.is,
  (value, context) => {
    const read = typeof value === 'string' ? systemIdFromText(value) : E.left(undefined)
    return E.isRight(read) ? t.success(read.right) : t.failure(value, context, 'a GUID')
  },
  t.identity
)

const RightEntry = exactly(
  t.intersection(
    [
      t.type({ action: Action }),
      t.partial({
        count: Count,
        from: Timestamp,
        until: Timestamp,
        inclusion: t.readonlyArray(WrittenSystemId),
      }),
    ],
    'right'
  )
)

/** What a person writes about the license of his own content; `docs/reference/` shows every member. */
export const RightsFile = exactly(
  t.intersection(
    [
      t.type({ rights: t.readonlyArray(RightEntry) }),
      t.partial({ minimumSecurityVersion: RequiredVersion, priority: Priority }),
    ],
    'rights file'
  )
)
export type RightsFile = Readonly<t.TypeOf<typeof RightsFile>>

/** The members of a license document that come from a rights file. */
export type Conditions = Pick<LicenseDocument, 'rights' | 'inclusion' | 'requires' | 'priority'>

const COPY: Action = 'Copy'

const misplaced = (file: RightsFile): BadInput | undefined => {
  const place = file.rights.findIndex(({ action, inclusion }) => inclusion !== undefined && action !== COPY)
  const entry = file.rights[place]
  return entry && badInput(`/rights/${place}/inclusion`, 'an inclusion list with Copy only', entry.action)
}

const toRight = ({ action, count, from, until }: RightsFile['rights'][number]): Right => {
  const window = {
    ...(count !== undefined && { count }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  }
  return { action, ...(Object.keys(window).length > 0 && { windows: [window] }) }
}

const toConditions = (file: RightsFile): Conditions => {
  const inclusion = file.rights.flatMap((right) => right.inclusion ?? [])
  return {
    rights: file.rights.map(toRight),
    ...(inclusion.length > 0 && { inclusion }),
    ...(file.minimumSecurityVersion !== undefined && { requires: { security: file.minimumSecurityVersion } }),
    ...(file.priority !== undefined && { priority: file.priority }),
  }
}

/**
 * Reads a rights file, already parsed as JSON. `Copy` without an inclusion list grants no export (EX-6).
 *
 * @errors `BadInput` with the path of the first unknown, missing or unfit member.
 */
export const conditionsFromRights = (file: unknown): E.Either<BadInput, Conditions> => {
  const decoded = RightsFile.decode(file)
  if (E.isLeft(decoded)) {
    const { where, expected, found } = codecMismatch(decoded.left)
    return E.left(badInput(where === '' ? '/' : where, expected, found))
  }
  const wrong = misplaced(decoded.right)
  return wrong === undefined ? E.right(toConditions(decoded.right)) : E.left(wrong)
}

/** What holds without a rights file: unlimited play, copy to every built-in system, and backup. */
export const defaultConditions = (builtIn: ReadonlyArray<SystemId>): Conditions => ({
  rights: [{ action: 'Play' }, { action: COPY }, { action: 'Backup' }],
  inclusion: builtIn,
})
