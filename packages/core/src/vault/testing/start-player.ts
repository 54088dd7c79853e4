import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { KeyId } from '../../identity/key-id'
import type { HomeAddress } from './home-on-engine'

const RUN_TYPESCRIPT = join(__dirname, '..', '..', 'store', 'sqlite', 'testing', 'run-typescript.cjs')

/** Steps that a player was told to be stored. */
export type PlayerStep = 'reserved' | 'returned' | 'released' | 'finished' | 'stored' | 'refused'

/** A process that takes uses. */
export interface Player {
  readonly process: ChildProcess
  /** Resolves when the program is loaded and is about to open the home, or has ended. */
  readonly begun: Promise<unknown>
  /** What it said of a step so far: use ids, or license ids for `stored`. */
  readonly told: (step: PlayerStep) => ReadonlyArray<string>
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>
}

/** Starts a process that takes at most `most` uses of the key IDs in turn. */
export const startPlayer = (address: HomeAddress, keyIds: ReadonlyArray<KeyId>, most: number): Player => {
  const program = [RUN_TYPESCRIPT, join(__dirname, 'player-process.ts')]
  const child = spawn(process.execPath, [...program, JSON.stringify(address), keyIds.join(','), String(most)])
  let output = ''
  let errors = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, errors }))
  return {
    process: child,
    begun: Promise.race([once(child.stdout, 'data'), ended]),
    // A line without its end was not wholly written.
    told: (step) =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' '))
        .filter(([word]) => word === step)
        .map(([, what = '']) => what),
    ended,
  }
}
