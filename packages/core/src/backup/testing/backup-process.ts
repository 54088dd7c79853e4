import { createPrivateKey } from 'node:crypto'

import { systemClock } from '../../clock/system-clock'
import { openHome } from '../../home/open-home'
import { succeed } from '../../home/testing/temporary-home'
import { systemRandom } from '../../random/system-random'
import { backUp } from '../back-up'
import { individualized } from './individualized-home'

/** What the process is started with, as JSON. */
export interface BackupOrder {
  readonly home: string
  readonly machineFile: string
  readonly directory: string
  /** Private keys of the authority, PEM. */
  readonly authority: Readonly<Record<'root' | 'individualization' | 'sealing', string>>
}

const order = JSON.parse(process.argv[3] ?? '') as BackupOrder
const { root, individualization, sealing } = order.authority

const backUpOnce = async (): Promise<void> => {
  const options = { directory: order.home, machineFile: order.machineFile, clock: systemClock, random: systemRandom }
  const keys = { root: createPrivateKey(root), individualization: createPrivateKey(individualization), sealing: createPrivateKey(sealing) }
  const home = await individualized(await succeed(openHome(options)), keys)
  process.stdout.write('ready\n')
  backUp({ home })({ directory: order.directory, overwrite: true }).subscribe({
    next: ({ type }) => process.stdout.write(`${type}\n`),
    complete: () => home.close(),
  })
}

void backUpOnce()
