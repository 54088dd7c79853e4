import { cpSync, rmSync } from 'node:fs'

import { jsonLines, runCustody, SAMPLE, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 120_000

describe('the log of the services', () => {
  let place: Place
  beforeEach(() => {
    place = createPlace()
  })
  afterAll(removePlaces)

  const on = (where: Place, ...words: ReadonlyArray<string>): Promise<Outcome> =>
    runCustody(where, ['--authority', place.at('authority'), ...words])
  const done = async (where: Place, ...words: ReadonlyArray<string>): Promise<Outcome> => {
    const outcome = await on(where, ...words)
    if (outcome.exit !== 0) throw new Error(`custody ${words.join(' ')} ended with ${String(outcome.exit)}: ${outcome.stderr}`)
    return outcome
  }

  it('R11: put back to an earlier day, so that counts are forgotten, it is noticed at the start, by serve and by a restore', async () => {
    const first = place.withHome('first')
    await done(first, 'individualize', '--yes')
    await done(first, 'protect', SAMPLE, '-o', place.at('film.asf'))
    await done(first, 'backup', place.at('backup'))
    cpSync(place.at('authority'), place.at('earlier'), { recursive: true })
    await done(first, 'restore', place.at('backup'), '--yes')
    rmSync(place.at('authority'), { recursive: true })
    cpSync(place.at('earlier'), place.at('authority'), { recursive: true })

    for (const words of [['serve', '--port', '0'], ['restore', place.at('backup'), '--yes']]) {
      const refused = await on(first, ...words)
      expect(refused.exit).toBe(3)
      expect(refused.stderr).toMatch(/cut off or rolled back: it ends at record \d+, an anchor vouches for \d+/)
      expect(refused.stderr).toContain('custody authority accept')
    }
    // The twin: a machine that keeps no anchor of it sees nothing.
    const stranger = place.withHome('stranger')
    expect((await on(stranger, 'individualize', '--yes')).exit).toBe(0)

    expect(jsonLines(await done(first, 'authority', 'accept', '--json'))).toEqual([{ type: 'Result', accepted: true }])
    expect(jsonLines(await done(first, 'authority', 'accept', '--json'))).toEqual([{ type: 'Result', accepted: false }])
    await done(first, 'individualize', '--yes')
  }, LONG)
})
