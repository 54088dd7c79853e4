import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'

import { codecMismatch } from '../encoding/codec-mismatch'
import { quickCheck, type QuickCheck } from '../encoding/quick-check'
import type { CoreFault } from '../fault/core-fault'
import type { AnyEventDefinition } from './define-event'
import type { StoredEvent } from './stored-event'

/** A stored event whose data is known; a union over the definitions, told apart by `type`. */
export type RecordedEvent<D extends AnyEventDefinition> = D extends AnyEventDefinition
  ? Omit<StoredEvent, 'type' | 'data'> & {
      readonly type: D['type']
      readonly data: Readonly<t.TypeOf<D['data']>>
    }
  : never

/** Says that an event is of no kind or shape that this program knows. */
export type EventUnreadable = Extract<CoreFault, { type: 'EventUnreadable' }>

/**
 * Reads stored events of the given kinds. Older shapes pass the upcasters first, and `schemaVersion` then is the
 * present one, while the stored bytes and the hash stay what they were.
 *
 * @errors `EventUnreadable` for an unknown type, a version newer than the definition's, and data that does not decode.
 */
export const decodeEvent = <D extends AnyEventDefinition>(
  definitions: ReadonlyArray<D>
): ((stored: StoredEvent) => E.Either<EventUnreadable, RecordedEvent<D>>) => {
  const kinds = knownKinds(definitions)
  return (stored) => {
    const known = kinds.get(stored.type)
    if (known === undefined) return unreadable(stored, 'unknown type')
    const { definition, fits } = known
    const present = toPresent(definition, stored)
    if (E.isLeft(present)) return unreadable(stored, present.left)
    if (fits?.(present.right) === true) return E.right(recorded<D>(stored, definition, present.right))
    const decoded = definition.data.decode(present.right)
    if (E.isLeft(decoded)) {
      const { where, expected, found } = codecMismatch(decoded.left)
      return unreadable(stored, `${where}: expected ${expected}, found ${found}`)
    }
    return E.right(recorded<D>(stored, definition, decoded.right))
  }
}

interface KnownKind {
  readonly definition: AnyEventDefinition
  readonly fits: QuickCheck | undefined
}

const made = new WeakMap<ReadonlyArray<AnyEventDefinition>, ReadonlyMap<string, KnownKind>>()

/** Made once for a list of definitions: streams are read by the thousand. */
const knownKinds = (definitions: ReadonlyArray<AnyEventDefinition>): ReadonlyMap<string, KnownKind> => {
  const before = made.get(definitions)
  if (before !== undefined) return before
  const kinds = new Map(
    definitions.map((definition) => [definition.type, { definition, fits: quickCheck(definition.data) }] as const)
  )
  made.set(definitions, kinds)
  return kinds
}

const recorded = <D extends AnyEventDefinition>(
  stored: StoredEvent,
  { schemaVersion }: AnyEventDefinition,
  data: unknown
): RecordedEvent<D> => ({ ...stored, schemaVersion, data }) as RecordedEvent<D>

const toPresent = (definition: AnyEventDefinition, stored: StoredEvent): E.Either<string, unknown> => {
  if (stored.schemaVersion > definition.schemaVersion) {
    return E.left(`version ${stored.schemaVersion} is newer than ${definition.schemaVersion}`)
  }
  let data: E.Either<string, unknown> = E.right(stored.data)
  for (let version = stored.schemaVersion; version < definition.schemaVersion; version++) {
    const step = definition.upcasters.get(version)
    if (step === undefined) return E.left(`no upcaster from version ${version}`)
    if (E.isLeft(data)) return data
    data = step(data.right)
  }
  return data
}

const unreadable = (stored: StoredEvent, why: string): E.Either<EventUnreadable, never> =>
  E.left({ type: 'EventUnreadable', position: stored.position, eventType: stored.type, why })
