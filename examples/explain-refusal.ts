import { systemIdFromText } from '@custody/core/identity'
import { explain } from '@custody/core/explain'
import { protectLicense, type Home } from '@custody/core/home'
import { conditionsFromRights } from '@custody/core/license'
import { authorizeExport } from '@custody/core/transfer'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

const CLEAR_KEY = '1077efec-c0b2-4d02-ace3-3c1e52e2fb4b'

const succeed = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

/** Asks twice for an export that a license allows once, and answers with why the second was refused. */
export const explainRefusal = async (home: Home): Promise<ReadonlyArray<string>> => {
  const system = systemIdFromText(CLEAR_KEY)
  const conditions = conditionsFromRights({ rights: [{ action: 'Copy', count: 1, inclusion: [CLEAR_KEY] }] })
  if (E.isLeft(system) || E.isLeft(conditions)) throw new Error('not a system or not a rights file')
  const { keyId } = await succeed(protectLicense(home)({ conditions: conditions.right }))
  const request = {
    keyId,
    system: system.right,
    action: 'Copy',
    source: { digest: 'A'.repeat(43) },
    registered: [system.right],
    targetKeys: [],
  } as const
  await succeed(authorizeExport(home)(request))
  // region: explain
  const decision = await succeed(authorizeExport(home)(request))
  if (decision.type !== 'Refused') return []
  const { answers, replay, text } = await succeed(explain(home)({ subject: decision.eventId }))
  // endregion: explain
  const [answer] = answers
  return [`replay: ${replay?.type ?? 'none'}`, `change: ${answer?.change?.map(({ type }) => type).join() ?? 'none'}`, ...text]
}
