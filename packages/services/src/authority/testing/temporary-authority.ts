import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock, type Clock } from '@custody/core/clock'
import { systemRandom } from '@custody/core/random'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Authority } from '../authority'
import { openAuthority, type AuthorityOptions } from '../open-authority'

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

/** A clock that stands at the system's time until it is advanced. */
export const manualClock = (): ManualClock => {
  let now = systemClock.now()
  return { now: () => now, advance: (seconds) => (now += seconds * 1_000_000) }
}

/** A place for authorities in a folder of the test's own. */
export interface AuthorityPlace {
  readonly root: string
  readonly directory: string
  readonly clock: ManualClock
  /** Opens the authority at `directory`, with what a test wants different. Closed with the place. */
  readonly open: (options?: Partial<AuthorityOptions>) => Promise<Authority>
  readonly remove: () => void
}

/** A fresh folder. */
export const authorityPlace = (): AuthorityPlace => {
  const root = mkdtempSync(join(tmpdir(), 'custody-authority-'))
  const open: Authority[] = []
  const clock = manualClock()
  const directory = join(root, 'authority')
  return {
    root,
    directory,
    clock,
    open: async (options = {}) => {
      const authority = await succeed(openAuthority({ directory, clock, random: systemRandom, ...options }))
      open.push(authority)
      return authority
    },
    remove: () => {
      for (const authority of open) authority.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
