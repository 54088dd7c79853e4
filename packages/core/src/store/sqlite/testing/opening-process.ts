import { writeSync } from 'node:fs'

import { systemClock } from '../../../clock/system-clock'
import { systemRandom } from '../../../random/system-random'
import { openSqliteStore } from '../open-sqlite-store'

const STANDARD_OUTPUT = 1

const [file = ''] = process.argv.slice(3)

// Everything is loaded: from here on a kill hits the opening.
writeSync(STANDARD_OUTPUT, 'ready\n')
void openSqliteStore({ file, clock: systemClock, random: systemRandom, logId: 'new', projections: [] })().then((opened) => {
  writeSync(STANDARD_OUTPUT, `${opened._tag}\n`)
  if (opened._tag === 'Right') opened.right.close()
})
