import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@custody/core/clock'
import { openHome, type Home } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import * as E from 'fp-ts/Either'

/** A home in a folder of its own, removed after the test. */
export interface TemporaryHome {
  readonly home: Home
  readonly folder: string
  readonly remove: () => void
}

/** Makes a fresh home with a machine secret of its own. */
export const temporaryHome = async (): Promise<TemporaryHome> => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-transfer-'))
  const opened = await openHome({
    directory: join(folder, 'home'),
    machineFile: join(folder, 'machine'),
    clock: systemClock,
    random: systemRandom,
  })()
  if (E.isLeft(opened)) throw new Error(opened.left.type)
  return {
    home: opened.right,
    folder,
    remove: () => {
      opened.right.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
