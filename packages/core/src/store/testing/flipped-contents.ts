import * as E from 'fp-ts/Either'

import type { StoredEvent } from '../../event/stored-event'
import { CoreError } from '../../fault/core-error'
import { all, numbers, onto, succeeds } from '../../testing/store/store-case'
import { TEST_LOG_ID, type TestedStore } from '../../testing/store/store-place'
import type { AppendRequest, Projection, StateChange } from '../event-store'
import { verifyStore } from '../verify-store'

/** Rows by stream and by note; a note of null deletes the newest. */
export const flippedProjections: ReadonlyArray<Projection> = [
  {
    model: 'by-stream',
    project: ({ stream, data, position }) => {
      const { note } = data as { readonly note: unknown }
      return [
        { model: 'by-stream', key: stream, id: 'newest', value: note },
        { model: 'by-stream', key: stream, id: `at-${position}`, value: { note } },
      ]
    },
  },
]

const SPACES: ReadonlyArray<StateChange['space']> = ['key-envelope', 'shred-key', 'snapshot', 'session']
const STREAMS = ['alpha', 'beta', 'gamma', 'none']

const state = (space: StateChange['space'], key: string, length: number): StateChange => ({
  space,
  key,
  value: Uint8Array.from({ length }, (_, index) => (index * 7) % 256),
})

/** What the store holds; each can be asked for again by its idempotency key. */
const requests: ReadonlyArray<AppendRequest> = [
  { appends: [onto('alpha', 'any', 'first', 2, { deep: [1, null] })], idempotencyKey: 'i1' },
  {
    appends: [onto('beta', 'any', 'x'.repeat(300)), onto('alpha', 'any', null)],
    state: [state('key-envelope', 'k1', 40), state('key-envelope', 'k2', 90), state('shred-key', 's', 32)],
    idempotencyKey: 'i2',
    causation: 'cause',
    correlation: 'é',
  },
  { appends: [onto('gamma', 'any', ...numbers(3))], state: [state('snapshot', 'n/alpha', 500)], idempotencyKey: 'i3' },
]

/** Appends the contents, or asks for what was appended before: the ids of the events. */
const answers = async (store: TestedStore): Promise<ReadonlyArray<unknown>> => {
  const repeated: Array<ReadonlyArray<StoredEvent>> = []
  for (const request of requests) repeated.push(await succeeds(store.append(request)))
  return repeated
}

/** All that can be read, as text. A repeat of an append is a reading, too. */
const everythingOf = async (store: TestedStore): Promise<string> => {
  const events = await all(store.readAll())
  const rows = await all(store.modelRows('by-stream'))
  const found = {
    events,
    head: await succeeds(store.head()),
    records: await all(store.records()),
    streams: await Promise.all(STREAMS.map((stream) => all(store.read(stream)))),
    byId: await Promise.all(events.map(({ id }) => succeeds(store.event(id)))),
    rows,
    looked: await Promise.all(STREAMS.map((key) => succeeds(store.lookUp('by-stream', key)))),
    scanned: await Promise.all(STREAMS.map((key) => all(store.scan('by-stream', key)))),
    state: await Promise.all(SPACES.map((space) => all(store.stateRows(space)))),
    values: [await succeeds(store.state('key-envelope', 'k1')), await succeeds(store.state('snapshot', 'n/alpha'))],
    answers: await answers(store),
  }
  return JSON.stringify(found)
}

/** Fills an empty store that was opened with {@link flippedProjections}, and tells everything that a reader gets from it. */
export const filled = async (store: TestedStore): Promise<string> => {
  await answers(store)
  return everythingOf(store)
}

/** What became of a flip: a fault of the store's own, nothing that anybody reads, or a change that nobody noticed. */
export type FlipOutcome = 'detected' | 'harmless' | 'UNNOTICED'

/** A fault that comes by an Observable or a task of the kit. */
const isFault = (error: unknown): boolean =>
  error instanceof CoreError || (error instanceof Error && error.message.startsWith('expected success, found {'))

/** Verifies a store unless told not to, and compares everything that a reader gets with what it was. */
export const flipOutcome = async (store: TestedStore, everything: string, verify: boolean): Promise<FlipOutcome> => {
  const expectations = { logId: TEST_LOG_ID, projections: flippedProjections }
  if (verify && E.isLeft(await verifyStore(store, expectations)())) return 'detected'
  try {
    return (await everythingOf(store)) === everything ? 'harmless' : 'UNNOTICED'
  } catch (error) {
    if (isFault(error)) return 'detected'
    throw error
  }
}
