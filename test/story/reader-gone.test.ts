import { existsSync } from 'node:fs'

import { exportSample, type ExportedSample } from '../command/exported-sample'
import { namesIn } from '../command/folder-contents'
import { COMMAND, environmentOf, outcomeOf, type Outcome } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 30_000
const OUTSIDE = 4

describe('standard output that takes no more', () => {
  let place: Place
  let made: ExportedSample

  beforeAll(async () => {
    place = createPlace()
    made = await exportSample(place)
  }, LONG)
  afterAll(removePlaces)

  /** Runs the command in a shell line; `"$@"` stands for it. */
  const inShell = async (line: string, words: ReadonlyArray<string>): Promise<Outcome> => {
    const given = ['-c', line, 'sh', process.execPath, COMMAND, ...words]
    return outcomeOf(await runProgram('sh', given, { cwd: place.root, env: environmentOf(place) }))
  }

  it.each([[['events', '--json']], [['events']], [['licenses']]])(
    'a reader that goes away ends %j quietly',
    async (words) => {
      const { stderr } = await inShell('"$@" | true', words)
      expect(stderr).toBe('')
    },
    LONG
  )

  it(
    'a full device is a failure of the outside world, told in one line',
    async () => {
      const { exit, stderr } = await inShell('exec "$@" > /dev/full', ['inspect', made.guarded])
      expect(exit).toBe(OUTSIDE)
      expect(stderr).toMatch(/^custody: .*\n$/)
    },
    LONG
  )

  it(
    'an export whose reader goes away is finished, or leaves nothing; never a stack trace',
    async () => {
      const words = ['--json', 'export', made.guarded, '-o', place.at('unread'), '--to', 'clear-key']
      const { stderr } = await inShell('"$@" | true', words)
      expect(stderr).not.toMatch(/\n\s+at /)
      expect(existsSync(place.at('unread'))).toBe(existsSync(place.at('unread', 'export.json')))
      expect(namesIn(place.root).filter((name) => name.includes('partial'))).toEqual([])
    },
    LONG
  )
})
