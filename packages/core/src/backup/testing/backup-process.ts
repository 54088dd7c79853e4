import { createPrivateKey } from 'node:crypto'
import { lastValueFrom } from 'rxjs'

import { systemClock } from '../../clock/system-clock'
import { openHome } from '../../home/open-home'
import { succeed } from '../../home/testing/temporary-home'
import { systemRandom } from '../../random/system-random'
import { backUp } from '../back-up'
import { fileMedium, type BackupMedium } from '../backup-medium'
import { individualized } from './individualized-home'

/** What the process is started with, as JSON. */
export interface BackupOrder {
  readonly home: string
  readonly machineFile: string
  readonly directory: string
  readonly overwrite: boolean
  /** The process kills itself before this operation on the medium, counted from 1; never for 0. */
  readonly dieBefore: number
  /** Private keys of the authority, PEM. */
  readonly authority: Readonly<Record<'root' | 'individualization' | 'sealing', string>>
}

const order = JSON.parse(process.argv[3] ?? '') as BackupOrder
const { root, individualization, sealing } = order.authority

let operations = 0

/** The file system, until the process dies in the middle of its work. */
const mortal =
  <P extends ReadonlyArray<unknown>>(work: (...parts: P) => Promise<void>) =>
  (...parts: P): Promise<void> => {
    operations += 1
    if (operations === order.dieBefore) process.kill(process.pid, 'SIGKILL')
    return work(...parts)
  }

const medium: BackupMedium = {
  makeFolder: mortal(fileMedium.makeFolder),
  makeNewFolder: mortal(fileMedium.makeNewFolder),
  append: mortal(fileMedium.append),
  rename: mortal(fileMedium.rename),
  syncFolder: mortal(fileMedium.syncFolder),
  remove: mortal(fileMedium.remove),
}

const backUpOnce = async (): Promise<void> => {
  const options = { directory: order.home, machineFile: order.machineFile, clock: systemClock, random: systemRandom }
  const keys = { root: createPrivateKey(root), individualization: createPrivateKey(individualization), sealing: createPrivateKey(sealing) }
  const home = await individualized(await succeed(openHome(options)), keys)
  await lastValueFrom(backUp({ home, medium })({ directory: order.directory, overwrite: order.overwrite }))
  process.stdout.write(`${operations}\n`)
  home.close()
}

void backUpOnce()
