import { systemClock } from '../../clock/system-clock'
import { machineIdInstallation } from '../../device/os-installation'
import type { FactorKind } from '../../device/stated-binding'
import { systemRandom } from '../../random/system-random'
import { bindHome } from '../bind-home'
import { openHome } from '../open-home'
import { succeed } from './temporary-home'

const [directory = '', machineFile = '', machineId = ''] = process.argv.slice(3)

const TURNS: ReadonlyArray<ReadonlyArray<FactorKind>> = [['machine-file', 'os-installation'], ['machine-file']]

/** Binds the home by turns, until it is killed. */
const rebindForever = async (): Promise<void> => {
  const installation = machineIdInstallation([machineId])
  const home = await succeed(openHome({ directory, machineFile, installation, clock: systemClock, random: systemRandom }))
  await succeed(home.keystore.log())
  process.stdout.write('ready\n')
  for (;;) for (const kinds of TURNS) await succeed(bindHome(home)({ kinds }))
}

void rebindForever()
