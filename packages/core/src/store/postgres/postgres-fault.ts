import * as E from 'fp-ts/Either'
import { DatabaseError } from 'pg'

import { CoreError } from '../../fault/core-error'
import type { StoreFault } from '../../fault/core-fault'

/** The driver's own words for a connection that is gone; such errors have no code. */
const LOST = /^(?:Connection terminated|Client (?:was closed|has encountered a connection error)|Query read timeout)/

/** Code of the fault for a connection that broke. Whether a transaction under way was committed is then unknown. */
export const CONNECTION_LOST = 'CONNECTION_LOST'

/**
 * Runs work on the server and turns its errors into faults.
 *
 * @errors What `CoreError` carries, and the server's, the driver's and the network's errors by their code. Our own bugs
 * pass; of a server's error that stands for one, only the code does, because its text may quote values.
 */
export const attempt = async <A>(place: string, work: () => Promise<A>): Promise<E.Either<StoreFault, A>> => {
  try {
    return E.right(await work())
  } catch (error) {
    const fault = storeFault(place, error)
    if (fault === undefined) throw withoutValues(error)
    return E.left(fault)
  }
}

/** What an Observable of the store carries for an error. */
export const storeError = (place: string, error: unknown): unknown => {
  const fault = storeFault(place, error)
  return fault === undefined ? withoutValues(error) : new CoreError(fault)
}

/** The fault that an error stands for, or nothing for one of our own. */
export const storeFault = (place: string, error: unknown): StoreFault | undefined => {
  if (error instanceof CoreError) return error.fault as StoreFault
  if (error instanceof DatabaseError) return ofState(place, error.code ?? '')
  if (typeof error !== 'object' || error === null) return undefined
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return { type: 'StoreUnavailable', place, code }
  if (typeof message === 'string' && LOST.test(message)) {
    return { type: 'StoreUnavailable', place, code: CONNECTION_LOST }
  }
  return undefined
}

/** The fault of a connection that did not come about, whatever the reason: network, certificate, login, no room. */
export const unreachable = (place: string, error: unknown): StoreFault => {
  const { code } = error as { readonly code?: unknown }
  return { type: 'StoreUnavailable', place, code: typeof code === 'string' ? code : 'CONNECTION_FAILED' }
}

/**
 * By SQLSTATE: lock timeout, deadlock, serialization failure; full disk; broken constraints, missing tables and damaged
 * pages; connection, login, resources, rights, shutdown, system errors, a server that only reads.
 *
 * @source PostgreSQL documentation, appendix A
 */
const ofState = (place: string, code: string): StoreFault | undefined => {
  if (/^(?:55P03|40P01|40001)$/.test(code)) return { type: 'StoreLocked', place }
  if (code === '53100') return { type: 'DiskFull', place }
  if (/^(?:23|3F|XX|42P01|42703)/.test(code)) {
    return { type: 'LogBroken', position: 0, expected: 'a whole log database', found: code }
  }
  if (/^(?:08|25006|25P03|28|3D|53|57|58|42501)/.test(code)) return { type: 'StoreUnavailable', place, code }
  return undefined
}

const withoutValues = (error: unknown): unknown =>
  error instanceof DatabaseError ? new Error(`the database refused a statement: ${error.code ?? 'no code'}`) : error
