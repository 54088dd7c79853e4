import { systemClock } from '../../clock/system-clock'
import { systemRandom } from '../../random/system-random'
import { openHome } from '../open-home'

const [directory = '', machineFile = ''] = process.argv.slice(3)

// Everything is loaded: from here on a kill hits the making of the home.
process.stdout.write('ready\n', () => {
  void openHome({ directory, machineFile, clock: systemClock, random: systemRandom })().then((opened) => {
    process.stdout.write(`${opened._tag}\n`)
  })
})
