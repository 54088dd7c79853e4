import { join } from 'node:path'
import { writeFileSync } from 'node:fs'

import { protect } from '../command/exported-sample'
import { COMMAND, environmentOf, jsonLines, loggedTypes, outcomeOf, REPOSITORY, type Outcome } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const SHIFT = join(REPOSITORY, 'test', 'command', 'shift-clock.cjs')
const REFUSED = 1
const CLOCK_UNTRUSTED = 0x400

describe('a clock that is set back', () => {
  let place: Place
  let keyId: string

  beforeEach(async () => {
    place = createPlace()
    const rights = place.at('rights.json')
    writeFileSync(rights, JSON.stringify({ rights: [{ action: 'Play', until: '2099-01-01T00:00:00Z' }, { action: 'Copy' }] }))
    keyId = (await protect(place, place.at('guarded.asf'), { options: ['--rights', rights] })).keyId
  }, LONG)
  afterAll(removePlaces)

  const at = async (hours: number, ...words: ReadonlyArray<string>): Promise<Outcome> =>
    outcomeOf(
      await runProgram(process.execPath, ['--require', SHIFT, COMMAND, ...words], {
        cwd: place.root,
        env: { ...environmentOf(place), CLOCK_SHIFT_HOURS: String(hours) },
      })
    )
  const play = (hours: number): Promise<Outcome> => at(hours, 'licenses', 'query', keyId, 'Play', '--json')

  it(
    'R13: refuses what has a date, with bit 0x400, and not what has none; it works again when the clock is right',
    async () => {
      expect((await play(0)).exit).toBe(0)
      const back = await play(-24)
      expect(back.exit).toBe(REFUSED)
      expect(Number(jsonLines(back)[0]?.['bits']) & CLOCK_UNTRUSTED).toBe(CLOCK_UNTRUSTED)
      expect(back.stderr).toContain('R13')
      expect((await at(-24, 'licenses', 'query', keyId, 'Copy')).exit).toBe(0)
      expect((await at(-24, 'licenses', 'clock')).stdout).toContain('set back')
      expect((await play(0)).exit).toBe(0)
      const types = await loggedTypes(place)
      expect(types.filter((type) => type === 'ClockSetBack')).toHaveLength(1)
      expect(types).toContain('ClockReanchored')
    },
    LONG
  )

  it(
    'R13: the owner accepts it for licenses of his own, and that is recorded; without need it is refused',
    async () => {
      expect((await at(0, 'licenses', 'clock', '--accept')).exit).toBe(REFUSED)
      expect(await loggedTypes(place)).not.toContain('ClockAccepted')
      expect((await play(-24)).exit).toBe(REFUSED)
      expect(await at(-24, 'licenses', 'clock', '--accept')).toMatchObject({ exit: 0, stderr: '' })
      expect((await play(-24)).exit).toBe(0)
      expect(await loggedTypes(place)).toContain('ClockAccepted')
    },
    LONG
  )
})
