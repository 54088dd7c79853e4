import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { systemClock } from '../clock/system-clock'
import { systemRandom } from '../random/system-random'
import type { EventStore, NewEvent } from '../store/event-store'
import type { LogAccess } from '../store/log-access'
import { memoryLog } from '../store/memory/memory-log'
import { openMemoryStore } from '../store/memory/open-memory-store'
import { foldStream } from './fold-stream'
import { rememberedFold } from './remembered-fold'
import { GENERATED_FOLDS } from './testing/generated-folds'
import { succeed } from './testing/temporary-home'

const STREAM = 'the stream'

const openStore = (log = memoryLog('log')) =>
  openMemoryStore(log, { clock: systemClock, random: systemRandom, projections: [] })

const appendAll = (store: EventStore, events: ReadonlyArray<NewEvent>) =>
  succeed(store.append({ appends: [{ stream: STREAM, expectedRevision: 'any', events }] }))

const parts = fc.array(fc.nat(9), { minLength: 1, maxLength: 4 })

describe('rememberedFold', () => {
  it.each(GENERATED_FOLDS.map(({ name, ...fold }) => [name, fold] as const))(
    'gives what a %s stream folds to, whoever added to it',
    async (_, { fold, events }) => {
      await fc.assert(
        fc.asyncProperty(
          parts.chain((lengths) =>
            fc.tuple(...lengths.map((length) => fc.array(events, { minLength: length, maxLength: length })))
          ),
          async (groups) => {
            const log = memoryLog('log')
            const [reader, writer] = [openStore(log), openStore(log)]
            const remembered = rememberedFold(STREAM, fold)
            for (const group of groups) {
              await appendAll(writer, group)
              const plain = await succeed(foldStream(writer, STREAM, fold))
              expect(await succeed(remembered(reader))).toEqual(expect.objectContaining(plain))
            }
          }
        )
      )
    }
  )

  it.each(GENERATED_FOLDS.map(({ name, ...fold }) => [name, fold] as const))(
    'gives the same object of a %s stream until something is added',
    async (_, { fold, events }) => {
      const remembered = rememberedFold(STREAM, fold)
      const store = openStore()
      await appendAll(store, fc.sample(events, 3))
      const { state } = await succeed(remembered(store))
      expect((await succeed(remembered(store))).state).toBe(state)
      await appendAll(store, fc.sample(events, 1))
      expect((await succeed(remembered(store))).revision).toBe(4)
    }
  )

  it('reads anew when the log no longer has the record that the state was made at', async () => {
    const [first] = GENERATED_FOLDS
    if (first === undefined) throw new Error('no folds')
    const { fold, events } = first
    const [before, after] = [openStore(), openStore(memoryLog('another log'))]
    let present: EventStore & LogAccess = before
    const replaced: EventStore = {
      ...before,
      read: (stream, from) => present.read(stream, from),
      head: () => present.head(),
    }
    const remembered = rememberedFold(STREAM, fold)
    await appendAll(before, fc.sample(events, 3))
    await appendAll(after, fc.sample(events, 5))
    await succeed(remembered(replaced))
    present = after
    const plain = await foldStream(after, STREAM, fold)()
    expect(await succeed(remembered(replaced))).toEqual(E.isRight(plain) && expect.objectContaining(plain.right))
  })
})
