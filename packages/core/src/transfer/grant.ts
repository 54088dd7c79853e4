import * as E from 'fp-ts/Either'
import { types } from 'node:util'

import type { GrantFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { Action } from '../license/action'
import type { EnvelopeOwner } from '../vault/key-envelope'

/** Nominal: only this file makes one. */
declare class OpaqueGrant {
  #nominal
  private constructor()
}

/**
 * Stands for a permission that was checked and recorded: to use the keys of one transfer, once. An empty, frozen handle;
 * what it permits is known to this copy of the library alone, so that no look-alike permits anything.
 */
export type Grant = OpaqueGrant

/** A key that the transfer writes with. */
export interface GrantTarget {
  readonly keyId: KeyId
  /** Protection scheme, as `cenc`. */
  readonly scheme: string
  readonly owner: Extract<EnvelopeOwner, { readonly type: 'target' }>
}

/** What a grant permits. Never leaves core. */
export interface GrantInsides {
  readonly id: string
  readonly home: Home
  readonly license: AcceptedLicense
  /** `null` for packaging one's own clear media, which is no licensed action. */
  readonly action: Action | null
  /** `null` where no third-party system is the target. */
  readonly system: SystemId | null
  readonly useId: string
  readonly epoch: number
  /** Microseconds since 1970, like all times here. */
  readonly mintedAt: number
  /** Until then the first key must be asked for. */
  readonly expires: number
  /** Last moment of the right; `null` without an end. */
  readonly until: number | null
  readonly targets: ReadonlyArray<GrantTarget>
}

interface Cell {
  readonly insides: GrantInsides
  used: boolean
}

const cells = new WeakMap<object, Cell>()

/** Makes a grant. Called by the functions of this folder, after every check and after the event is stored. */
export const mintGrant = (insides: GrantInsides): Grant => {
  const grant = Object.freeze(Object.create(null)) as Grant
  cells.set(grant, { insides, used: false })
  return grant
}

const isEmptyHandle = (value: object): boolean =>
  Object.getPrototypeOf(value) === null && Reflect.ownKeys(value).length === 0

const describe = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : `a ${typeof value}`
  // First: every other question would run the proxy's own code.
  if (types.isProxy(value)) return 'a proxy'
  for (let base: unknown = Object.getPrototypeOf(value); base !== null; base = Object.getPrototypeOf(base)) {
    if (typeof base !== 'object' || types.isProxy(base)) break
    if (cells.has(base)) return 'an object made from a grant'
  }
  return isEmptyHandle(value)
    ? 'an empty handle that this copy of the library did not mint'
    : 'an ordinary object: a literal, a spread, a clone or parsed text'
}

/**
 * Opens a grant's insides, once.
 *
 * @errors `GrantForged` with what was presented instead, `GrantUsed` at every later time.
 */
export const takeGrant = (presented: unknown): E.Either<GrantFault, GrantInsides> => {
  const cell = typeof presented === 'object' && presented !== null ? cells.get(presented) : undefined
  if (cell === undefined) return E.left({ type: 'GrantForged', what: describe(presented) })
  if (cell.used) return E.left({ type: 'GrantUsed' })
  cell.used = true
  return E.right(cell.insides)
}
