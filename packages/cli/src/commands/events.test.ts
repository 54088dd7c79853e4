import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@custody/core/clock'
import { openHome, type Home } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import * as E from 'fp-ts/Either'

import { createColours } from '../output/colours'
import type { Reporter } from '../output/reporter'
import { events } from './events'

const silent = (): void => undefined

describe('events', () => {
  const root = mkdtempSync(join(tmpdir(), 'custody-events-'))
  let home: Home
  beforeAll(async () => {
    const place = { directory: join(root, 'home'), machineFile: join(root, 'machine') }
    const opened = await openHome({ ...place, clock: systemClock, random: systemRandom })()
    if (E.isLeft(opened)) throw new Error(opened.left.type)
    home = opened.right
  })
  afterAll(() => {
    home.close()
    rmSync(root, { recursive: true, force: true })
  })

  const note = (stream: string): Promise<unknown> =>
    home.store.append({
      appends: [{ stream, expectedRevision: 'any', events: [{ type: 'Noted', schemaVersion: 1, data: {} }] }],
    })()

  /** Hears lines until there are so many; tells each as it comes. */
  const listening = (most: number, heard: (type: unknown) => void): Reporter => {
    let lines = 0
    const emit: Reporter['emit'] = ({ type }) => {
      lines += 1
      heard(type)
    }
    const rest = { say: silent, answer: silent, warn: silent, progress: silent, colours: createColours(false), json: true }
    return { ...rest, emit, isHeard: () => lines < most }
  }

  it('reads no further when nobody hears', async () => {
    const heard: unknown[] = []
    await events(listening(1, (type) => heard.push(type)), {})(home)()
    expect(heard).toEqual(['HomeCreated'])
  })

  it('--follow goes on with what is stored later, each once, of the stream that was asked for', async () => {
    const heard: unknown[] = []
    const running = events(listening(2, (type) => heard.push(type)), { follow: true, stream: 'wanted' })(home)()
    for (const stream of ['wanted', 'other', 'wanted', 'wanted']) {
      await note(stream)
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    await running
    expect(heard).toEqual(['Noted', 'Noted'])
  })
})
