import { writeSync } from 'node:fs'

import { onto, succeeds } from '../../testing/store/store-case'
import type { AppendRequest } from '../event-store'
import { burst, partsModel } from './burst'
import { type EngineAddress, openEngine } from './open-engine'

const STANDARD_OUTPUT = 1

const say = (line: string): void => void writeSync(STANDARD_OUTPUT, `${line}\n`)

/** One event of the writer's own, whose place it knows, and one among those of all writers. */
const pair = (writer: string, number: number): AppendRequest => ({
  appends: [onto(writer, number - 1, number), onto('shared', 'any', writer)],
})

/**
 * A program: says `begun`, opens a log and appends to it `count` times, pairs of events or bursts; after each append that is
 * acknowledged it says its number and the identifiers of its events.
 */
const main = async (address: EngineAddress, writer: string, kind: string, count: number): Promise<void> => {
  say('begun')
  const bursts = kind === 'bursts'
  const store = await succeeds(openEngine(address, bursts ? [partsModel] : []))
  for (let number = 1; number <= count; number++) {
    const events = await succeeds(store.append((bursts ? burst : pair)(writer, number)))
    say(`${number} ${events.map(({ id }) => id).join(' ')}`)
  }
  store.close()
}

const [address, writer, kind, count] = process.argv.slice(3)
if (address === undefined || writer === undefined || kind === undefined) throw new RangeError('an argument is missing')
void main(JSON.parse(address) as EngineAddress, writer, kind, Number(count))
