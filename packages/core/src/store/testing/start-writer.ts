import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { EngineAddress } from './open-engine'

const RUN_TYPESCRIPT = join(__dirname, '..', 'sqlite', 'testing', 'run-typescript.cjs')

/** A process that appends. */
export interface Writer {
  readonly process: ChildProcess
  /** Resolves when the program is loaded and is about to open the log, or has ended. */
  readonly begun: Promise<unknown>
  /** Identifiers of events by the number of their append, for all appends that were acknowledged so far. */
  readonly acknowledged: () => ReadonlyMap<number, ReadonlyArray<string>>
  /** What the process wrote on its error output, when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>
}

/** Starts a process that appends `count` times to the log at an address: pairs of events or bursts. */
export const startWriter = (
  address: EngineAddress,
  writer: string,
  kind: 'pairs' | 'bursts',
  count: number
): Writer => {
  const program = [RUN_TYPESCRIPT, join(__dirname, 'writer-process.ts')]
  const child = spawn(process.execPath, [...program, JSON.stringify(address), writer, kind, String(count)])
  let output = ''
  let errors = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, errors }))
  return {
    process: child,
    begun: Promise.race([once(child.stdout, 'data'), ended]),
    acknowledged: () => {
      // A line without its end was not wholly written; the first says only that the program runs.
      const lines = output.split('\n').slice(1, -1)
      return new Map(lines.map((line) => line.split(' ')).map(([number, ...ids]) => [Number(number), ids]))
    },
    ended,
  }
}
