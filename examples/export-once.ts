import { join } from 'node:path'
import { clearKey } from '@custody/adapters/systems/clear-key'
import { exportMedia, protectMedia } from '@custody/adapters/transfer'
import type { Home } from '@custody/core/home'
import { conditionsFromRights } from '@custody/core/license'
import { ExportRefused } from '@custody/core/transfer'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

/** Protects a file under a license that allows one export, and answers why the second is refused. */
export const exportOnce = async (home: Home, folder: string, input: string): Promise<ReadonlyArray<string>> => {
  const { systemId } = clearKey.describe
  const env = { home, registered: [systemId] }
  // region: rights
  const conditions = conditionsFromRights({ rights: [{ action: 'Copy', count: 1, inclusion: [systemId] }] })
  if (E.isLeft(conditions)) throw new Error(`${conditions.left.where}: expected ${conditions.left.expected}`)
  const output = join(folder, 'once.asf')
  const protecting$ = protectMedia(env)({ input, output, scheme: 'mce', conditions: conditions.right })
  // endregion: rights
  await lastValueFrom(protecting$)
  await lastValueFrom(exportMedia(env)({ input: output, directory: join(folder, 'first'), adapter: clearKey }))
  // region: refusal
  const again$ = exportMedia(env)({ input: output, directory: join(folder, 'second'), adapter: clearKey })
  const events = await lastValueFrom(again$.pipe(toArray()))
  const refused = events.find(({ type }) => type === ExportRefused.type)
  if (refused === undefined || !ExportRefused.data.is(refused.data)) return []
  return refused.data.refusals.map(({ rule, text }) => `${rule}: ${text}`)
  // endregion: refusal
}
