import * as E from 'fp-ts/Either'
import { types } from 'node:util'

import type { GrantFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import type { HeldLicense } from '../license/held-license'
import type { Action } from '../license/action'
import { wipeSecret, type Secret } from '../secret/secret'
import type { EnvelopeOwner } from '../vault/key-envelope'
import type { ReceiverKeys } from './receiver'

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

/** A key of content that comes from another system. */
export interface GrantSource {
  readonly keyId: KeyId
  /** The grant's own, wiped with it. */
  readonly key: Secret
}

/** The other process of a transfer, by what revocation knows of it, and with the keys that are sealed to. */
export interface GrantReceiver extends ReceiverKeys {
  readonly kind: 'application' | 'device'
  readonly thumbprints: ReadonlyArray<IssuerId>
}

/** What a grant permits. Never leaves core. */
export interface GrantInsides {
  readonly id: string
  readonly home: Home
  /** Whether content leaves, comes in, or is the owner's own and is being packaged. */
  readonly direction: 'export' | 'import' | 'protection'
  /** The license, and of a chain its root. */
  readonly held: HeldLicense
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
  /** Last moment of the right and of the receiver’s certificates; `null` without an end. */
  readonly until: number | null
  /** Protection scheme of what an import writes under the license's key; empty otherwise. */
  readonly scheme: string
  readonly targets: ReadonlyArray<GrantTarget>
  /** Keys that an import brings along. */
  readonly sources: ReadonlyArray<GrantSource>
  /** The sealed key of the session that an import comes in; `null` where it brings keys. */
  readonly session: string | null
  /** `null` where everything stays in this process. */
  readonly receiver: GrantReceiver | null
}

interface Cell {
  readonly insides: GrantInsides
  used: boolean
  lapsed: boolean
}

const MICROSECONDS_PER_MILLISECOND = 1000

const cells = new WeakMap<object, Cell>()

/** Wipes the keys that a grant brought along. */
export const wipeSources = ({ sources }: Pick<GrantInsides, 'sources'>): void => {
  for (const { key } of sources) wipeSecret(key)
}

/** Makes a grant. Called by the functions of this folder, after every check and after the event is stored. */
export const mintGrant = (insides: GrantInsides): Grant => {
  const grant = Object.freeze(Object.create(null)) as Grant
  cells.set(grant, { insides, used: false, lapsed: false })
  return grant
}

/** As {@link mintGrant}, for one that brings keys along: if nobody opens it in its time, they are wiped all the same. */
export const mintLapsingGrant = (insides: GrantInsides): Grant => {
  const grant = mintGrant(insides)
  const lapse = (): void => {
    const cell = cells.get(grant)
    if (cell === undefined || cell.used) return
    cell.lapsed = true
    wipeSources(insides)
  }
  setTimeout(lapse, (insides.expires - insides.mintedAt) / MICROSECONDS_PER_MILLISECOND).unref()
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
 * @errors `GrantForged` with what was presented instead, `GrantUsed` at every later time, `GrantExpired` for one whose keys
 * are wiped already.
 */
export const takeGrant = (presented: unknown): E.Either<GrantFault, GrantInsides> => {
  const cell = typeof presented === 'object' && presented !== null ? cells.get(presented) : undefined
  if (cell === undefined) return E.left({ type: 'GrantForged', what: describe(presented) })
  if (cell.used) return E.left({ type: 'GrantUsed' })
  if (cell.lapsed) return E.left({ type: 'GrantExpired' })
  cell.used = true
  return E.right(cell.insides)
}
