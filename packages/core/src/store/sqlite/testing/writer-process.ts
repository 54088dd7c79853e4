import { writeSync } from 'node:fs'

import { systemClock } from '../../../clock/system-clock'
import { systemRandom } from '../../../random/system-random'
import { onto, succeeds } from '../../../testing/store/store-case'
import { TEST_LOG_ID } from '../../../testing/store/store-place'
import { openSqliteStore } from '../open-sqlite-store'

const STANDARD_OUTPUT = 1

/** A program: appends `count` events one by one and writes the identifier of each when it is acknowledged. */
const main = async (file: string, stream: string, count: number): Promise<void> => {
  const options = { file, clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections: [] }
  const store = await succeeds(openSqliteStore(options))
  for (let note = 1; note <= count; note++) {
    const [event] = await succeeds(store.append({ appends: [onto(stream, note - 1, note)] }))
    writeSync(STANDARD_OUTPUT, `${event?.id}\n`)
  }
  store.close()
}

const [file, stream, count] = process.argv.slice(3)
if (file === undefined || stream === undefined) throw new RangeError('file and stream are missing')
void main(file, stream, Number(count))
