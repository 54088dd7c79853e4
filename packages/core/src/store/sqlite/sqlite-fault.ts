import * as E from 'fp-ts/Either'

import { CoreError } from '../../fault/core-error'
import type { StoreFault } from '../../fault/core-fault'

/** The engine reports a file that it cannot open as text only. */
const CANNOT_OPEN = 'ConnectionFailed'

/**
 * Runs work on the engine and turns its exceptions into faults.
 *
 * @errors What {@link CoreError} carries, and the engine's and the file system's errors by their code. Our own bugs pass.
 */
export const attempt = <A>(place: string, work: () => A): E.Either<StoreFault, A> => {
  try {
    return E.right(work())
  } catch (error) {
    const fault = storeFault(place, error)
    if (fault === undefined) throw error
    return E.left(fault)
  }
}

/** The fault that an exception of the engine or the file system stands for, or nothing for one of our own. */
export const storeFault = (place: string, error: unknown): StoreFault | undefined => {
  if (error instanceof CoreError) return error.fault as StoreFault
  if (typeof error !== 'object' || error === null) return undefined
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  if (code === 'SQLITE_ERROR' && typeof message === 'string') return otherTables(place, message)
  if (typeof code === 'string' && code !== '') return ofCode(place, code)
  if (typeof message === 'string' && message.startsWith(CANNOT_OPEN)) return ofCode(place, 'SQLITE_CANTOPEN')
  return undefined
}

/** Our statements fit our tables, so that one which does not was given other tables. */
const otherTables = (place: string, found: string): StoreFault => ({
  type: 'LogBroken',
  position: 0,
  expected: `the tables of this program at ${place}`,
  found,
})

const ofCode = (place: string, code: string): StoreFault | undefined => {
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return { type: 'StoreLocked', place }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return { type: 'DiskFull', place }
  if (/^SQLITE_(?:NOTADB|CORRUPT|CONSTRAINT)/.test(code)) {
    return { type: 'LogBroken', position: 0, expected: `a whole log database at ${place}`, found: code }
  }
  if (/^SQLITE_(?:READONLY|CANTOPEN|PERM|AUTH|IOERR|NOLFS|PROTOCOL)/.test(code) || /^E[A-Z]+$/.test(code)) {
    return { type: 'StoreUnavailable', place, code }
  }
  return undefined
}
