/** The program of a thread of `transferMany`, with the built-in systems. */
import { runTask as runTaskWith } from '../workers/run-task'
import { clearKey } from './clear-key/adapter'

/** Runs one job. */
export const runTask = runTaskWith([clearKey])
