import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'

import { codecMismatch } from '../encoding/codec-mismatch'
import type { NewEvent } from '../store/event-store'

/** Turns data of one shape version into data of the next, or says why it cannot. */
export type Upcaster = (data: unknown) => E.Either<string, unknown>

/** One kind of event: its name, the present version of its shape, and how older versions become the present one. */
export interface EventDefinition<T extends string, C extends t.Mixed> {
  readonly type: T
  /** Present version of the shape of the data, from 1. */
  readonly schemaVersion: number
  readonly data: C
  /** By the version that is read; each leads to the next. */
  readonly upcasters: ReadonlyMap<number, Upcaster>
}

/** A definition whose name and data are not known to the type system. */
export type AnyEventDefinition = EventDefinition<string, t.Mixed>

/**
 * Declares a kind of event, once, beside the decider that appends it.
 *
 * A shape never changes: a new one gets the next `schemaVersion` and an entry in `upcasters` under the version before.
 *
 * @example
 * const LicenseStored = defineEvent({ type: 'LicenseStored', schemaVersion: 1, data: t.type({ lid: t.string }) })
 */
export const defineEvent = <T extends string, C extends t.Mixed>(options: {
  readonly type: T
  readonly schemaVersion: number
  readonly data: C
  readonly upcasters?: Readonly<Record<number, Upcaster>>
}): EventDefinition<T, C> => {
  const { type, schemaVersion, data } = options
  if (!Number.isSafeInteger(schemaVersion) || schemaVersion < 1) throw new RangeError(`${type}: versions start at 1`)
  const upcasters = new Map<number, Upcaster>()
  for (let version = 1; version < schemaVersion; version++) {
    const upcaster = options.upcasters?.[version]
    if (upcaster === undefined) throw new RangeError(`${type}: no upcaster from version ${version}`)
    upcasters.set(version, upcaster)
  }
  return { type, schemaVersion, data, upcasters }
}

/** Makes one step of an upcaster chain from the old version's codec and a pure function. */
export const upcast =
  <A>(old: t.Type<A, unknown>, next: (data: A) => unknown): Upcaster =>
  (data) => {
    const decoded = old.decode(data)
    if (E.isRight(decoded)) return E.right(next(decoded.right))
    const { where, expected, found } = codecMismatch(decoded.left)
    return E.left(`${where}: expected ${expected}, found ${found}`)
  }

/** An event of this kind, ready to append; the data is encoded by the definition's codec. */
export const newEvent = <A>(
  definition: Pick<AnyEventDefinition, 'type' | 'schemaVersion'> & { readonly data: t.Type<A, unknown> },
  data: A
): NewEvent => ({
  type: definition.type,
  schemaVersion: definition.schemaVersion,
  data: definition.data.encode(data),
})
