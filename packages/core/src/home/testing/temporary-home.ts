import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { systemClock } from '../../clock/system-clock'
import type { Clock } from '../../clock/clock'
import { systemRandom } from '../../random/system-random'
import type { Home } from '../home'
import type { HomeOptions } from '../home-options'
import { openHome } from '../open-home'

/** The value of a task that must succeed in a test; its fault is thrown as text. */
export const succeed = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(`expected success, found ${JSON.stringify(result.left)}`)
  return result.right
}

/** The fault of a task that must fail in a test. */
export const fail = async <L, A>(task: TaskEither<L, A>): Promise<L> => {
  const result = await task()
  if (E.isRight(result)) throw new Error('expected a fault, found success')
  return result.left
}

/** A clock that runs only when told. */
export interface ManualClock extends Clock {
  readonly advance: (seconds: number) => void
}

const MICROSECONDS = 1_000_000

/** A clock that stands at the system's time until it is advanced. */
export const manualClock = (): ManualClock => {
  let now = systemClock.now()
  return { now: () => now, advance: (seconds) => (now += seconds * MICROSECONDS) }
}

/** A place for homes in a folder of the test's own. */
export interface TemporaryPlace {
  readonly root: string
  readonly directory: string
  readonly machineFile: string
  readonly clock: ManualClock
  /** Opens the home at `directory`, or another one of the same machine, with what a test wants different. Closed with the place. */
  readonly open: (directory?: string, options?: Partial<HomeOptions>) => Promise<Home>
  /** Closes the homes and removes the folder. */
  readonly remove: () => void
}

/** A fresh folder with a machine file of its own. */
export const temporaryPlace = (): TemporaryPlace => {
  const root = mkdtempSync(join(tmpdir(), 'custody-home-'))
  const homes: Home[] = []
  const place = {
    root,
    directory: join(root, 'home'),
    machineFile: join(root, 'machine', 'secret'),
    clock: manualClock(),
  }
  return {
    ...place,
    open: async (directory = place.directory, options = {}) => {
      const home = await succeed(openHome({ ...place, directory, random: systemRandom, ...options }))
      homes.push(home)
      return home
    },
    remove: () => {
      for (const home of homes) home.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
