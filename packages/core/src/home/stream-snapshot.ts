import * as E from 'fp-ts/Either'
import type { Task } from 'fp-ts/Task'
import * as T from 'fp-ts/Task'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import { utf8 } from '../encoding/utf8'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'

/** How the state of a fold is kept. */
export interface SnapshotForm<S> {
  /** Names the fold, because several may read one stream. Holds no slash. */
  readonly name: string
  /** Raised whenever the fold makes another state of the same events; snapshots of other versions are not read. */
  readonly version: number
  readonly encode: (state: S) => unknown
  /** Nothing for what is not such a state. */
  readonly decode: (json: unknown) => S | undefined
}

/** A state with the place in the log that it stands for. */
export interface Snapshot<S> {
  readonly state: S
  readonly revision: number
  /** Of the record at that revision: the same in no other log. */
  readonly hash: string
}

/** The space of state that snapshots are kept in. */
export const SPACE = 'snapshot'

const Kept = t.type({ v: t.number, revision: t.Int, hash: t.string, state: t.unknown })

/** Key of a snapshot in the space `snapshot`. */
export const snapshotKey = (name: string, stream: string): string => `${name}/${stream}`

/** The fold and the stream that a key is for. */
export const namesOf = (key: string): readonly [name: string, stream: string] => {
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}

/** Reads kept bytes; nothing for those of another version or shape. */
export const decodeSnapshot = <S>({ version, decode }: SnapshotForm<S>, bytes: Uint8Array): Snapshot<S> | undefined => {
  const kept = pipe(
    E.tryCatch(() => JSON.parse(new TextDecoder().decode(bytes)) as unknown, () => undefined),
    E.flatMap((json) => Kept.decode(json))
  )
  if (E.isLeft(kept) || kept.right.v !== version || kept.right.revision < 1) return undefined
  const { revision, hash } = kept.right
  const state = decode(kept.right.state)
  return state === undefined ? undefined : { state, revision, hash }
}

/**
 * The kept state of a stream, whether or not it fits the log. What it says about the events before its record is believed
 * as the log itself is when it is read; `verifySnapshots` folds anew and compares.
 */
export const readSnapshot = <S>(
  store: EventStore,
  stream: string,
  form: SnapshotForm<S>
): TE.TaskEither<CoreFault, Snapshot<S> | undefined> =>
  pipe(
    store.state(SPACE, snapshotKey(form.name, stream)),
    TE.map((bytes) => bytes && decodeSnapshot(form, bytes)),
    // A damaged one is none: the log has all that it said.
    TE.orElse((fault) => (fault.type === 'StateBroken' ? TE.right(undefined) : TE.left(fault)))
  )

/** Keeps a snapshot. A store that does not take it loses nothing, so that its fault is nobody's. */
export const keepSnapshot = <S>(
  store: EventStore,
  stream: string,
  { name, version, encode }: SnapshotForm<S>,
  { state, revision, hash }: Snapshot<S>
): Task<void> => {
  const text = JSON.stringify({ v: version, revision, hash, state: encode(state) })
  const change = { space: SPACE, key: snapshotKey(name, stream), value: utf8(text) } as const
  return pipe(
    store.append({ appends: [], state: [change] }),
    T.map(() => undefined)
  )
}
