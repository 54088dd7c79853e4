import type { ChildProcess } from 'node:child_process'

import { custody, jsonLines, runCustody, SAMPLE, type JsonLine, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const INTERRUPTED = 130

describe('events --follow', () => {
  let place: Place

  beforeEach(async () => {
    place = createPlace()
    await custody(place, 'protect', SAMPLE, '-o', place.at('first.asf'))
  }, LONG)
  afterAll(removePlaces)

  /** Follows with options; runs work once a first line came, and interrupts when so many lines have come. */
  const followed = (
    words: ReadonlyArray<string>,
    { most, work, signal = 'SIGINT' }: { readonly most: number; readonly work: () => Promise<unknown>; readonly signal?: NodeJS.Signals }
  ): Promise<Outcome> =>
    runCustody(place, ['--json', 'events', '--follow', ...words], {
      onStart: (child: ChildProcess) => {
        let lines = 0
        let working: Promise<unknown> | undefined
        let ending: Promise<unknown> | undefined
        child.stdout?.on('data', (part: Buffer) => {
          lines += part.toString('utf8').split('\n').length - 1
          working ??= work()
          // Once: a second signal ends the process at once, without its 130.
          if (lines >= most) ending ??= working.then(() => child.kill(signal))
        })
      },
    })
  const logged = async (): Promise<ReadonlyArray<JsonLine>> => jsonLines(await custody(place, 'events', '--json'))
  const protectMore = (): Promise<unknown> => custody(place, 'protect', SAMPLE, '-o', place.at('more.asf'))

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'has every event once, those of another process too, until %s: exit 130 without a word',
    async (signal) => {
      const before = (await logged()).length
      const outcome = await followed([], { most: before + 3, work: protectMore, signal })
      expect(outcome).toMatchObject({ exit: INTERRUPTED, stderr: '' })
      const lines = jsonLines(outcome)
      expect(lines.length).toBeGreaterThan(before)
      expect(lines).toEqual((await logged()).slice(0, lines.length))
    },
    LONG
  )

  it(
    '--since, --type and --stream choose from what follows too',
    async () => {
      const all = await logged()
      const since = all.length
      const outcome = await followed(['--since', '1', '--type', 'LicenseStored'], { most: 2, work: protectMore })
      expect(outcome.exit).toBe(INTERRUPTED)
      const later = await logged()
      const stored = later.filter(({ type }) => type === 'LicenseStored')
      expect(stored).toHaveLength(2)
      expect(jsonLines(outcome)).toEqual(stored)
      const stream = String(stored[1]?.['stream'])
      const chosen = await followed(['--since', String(since), '--stream', stream], { most: 1, work: () => Promise.resolve() })
      expect(jsonLines(chosen)).toEqual(later.filter((event) => event['stream'] === stream))
    },
    LONG
  )

  it(
    'a log that cannot be opened: exit 4 at once',
    async () => {
      const outcome = await runCustody({ ...place, home: place.at('first.asf') }, ['events', '--follow'])
      expect(outcome).toMatchObject({ exit: 4, stdout: '' })
      expect(outcome.stderr).toContain('first.asf')
    },
    LONG
  )
})
