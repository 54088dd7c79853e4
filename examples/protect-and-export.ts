// region: readme
import { join } from 'node:path'
import { clearKey } from '@custody/adapters/systems/clear-key'
import { exportMedia, protectMedia } from '@custody/adapters/transfer'
import { systemClock } from '@custody/core/clock'
import type { StoredEvent } from '@custody/core/event'
import { openHome } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import * as E from 'fp-ts/Either'
import { concat, lastValueFrom, toArray } from 'rxjs'

/** Protects a clear ASF file of your own and exports it to Clear Key; answers what was recorded on the way. */
export const protectAndExport = async (folder: string, input: string): Promise<ReadonlyArray<StoredEvent>> => {
  const opened = await openHome({
    directory: join(folder, 'home'),
    machineFile: join(folder, 'machine'),
    clock: systemClock,
    random: systemRandom,
  })()
  if (E.isLeft(opened)) throw new Error(opened.left.type)
  const home = opened.right
  const env = { home, registered: [clearKey.describe.systemId] }
  const guarded = join(folder, 'protected.asf')
  const protecting$ = protectMedia(env)({ input, output: guarded, scheme: 'mce' })
  const exporting$ = exportMedia(env)({ input: guarded, directory: join(folder, 'package'), adapter: clearKey })
  try {
    return await lastValueFrom(concat(protecting$, exporting$).pipe(toArray()))
  } finally {
    home.close()
  }
}
// endregion: readme
