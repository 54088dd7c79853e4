import { EMPTY } from 'rxjs'

import { newEvent } from '../event/define-event'
import type { Home } from '../home/home'
import { temporaryPlace, succeed, type TemporaryPlace } from '../home/testing/temporary-home'
import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { NewEvent } from '../store/event-store'
import { keptTally } from './kept-tally'
import { LicenseRestoreRefused, LicenseRestored, RestoreBegun, RestoreProgress, restoreStream } from './restore-event'
import { readTally } from './restore-run'
import { NEEDS_INDIVIDUALIZATION } from './restore-tally'

const license = (number: number) => ({
  issuer: `${'x'.repeat(42)}A` as IssuerId,
  lid: `00000000-0000-0000-0000-00000000000${number}` as LicenseId,
  keyId: 'ab'.repeat(16) as KeyId,
})
const restored = (run: string, number: number) =>
  newEvent(LicenseRestored, { run, ...license(number), computers: 1, counts: false, statement: 's' })
const refused = (run: string, number: number) =>
  newEvent(LicenseRestoreRefused, { run, ...license(number), reason: NEEDS_INDIVIDUALIZATION, rule: 'BR-36', url: null })

describe('the tally that a restore keeps', () => {
  let place: TemporaryPlace
  beforeEach(() => {
    place = temporaryPlace()
  })
  afterEach(() => place.remove())

  it('is at each moment that of the log, from whatever it began with', async () => {
    const home = await place.open()
    const context = { home, cancelled: EMPTY, isCancelled: () => false }
    const stored = () => succeed(readTally(home.store, 'one'))
    const append = (at: Home, run: string, ...events: ReadonlyArray<NewEvent>) =>
      succeed(at.store.append({ appends: [{ stream: restoreStream(run), expectedRevision: 'any', events }] }))
    await append(home, 'one', newEvent(RestoreBegun, { run: 'one', licenses: 4 }), restored('one', 1), refused('one', 2))
    const kept = keptTally(context, 'one', await stored())
    expect(kept.tally()).toMatchObject({ begun: true, restored: 1, refused: 1 })
    await append(kept.context.home, 'one', restored('one', 2), restored('one', 3))
    expect(kept.tally()).toEqual(await stored())
    await append(kept.context.home, 'two', restored('two', 4))
    expect(kept.tally()).toMatchObject({ restored: 3, refused: 0 })
    const progress = { run: 'one', segment: 's', idem: 'i', done: 4, licenses: 4 }
    await append(kept.context.home, 'one', refused('one', 4), newEvent(RestoreProgress, progress))
    expect(kept.tally()).toEqual(await stored())
    expect(kept.tally()).toMatchObject({ restored: 3, refused: 1, done: new Set(['i']) })
  })

  it('does not count what was not stored', async () => {
    const home = await place.open()
    const kept = keptTally({ home, cancelled: EMPTY, isCancelled: () => false }, 'one', await succeed(readTally(home.store, 'one')))
    const events = [restored('one', 1)]
    const answer = await kept.context.home.store.append({ appends: [{ stream: restoreStream('one'), expectedRevision: 7, events }] })()
    expect(answer).toMatchObject({ _tag: 'Left', left: { type: 'RevisionConflict' } })
    expect(kept.tally().restored).toBe(0)
  })
})
