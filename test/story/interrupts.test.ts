import { existsSync } from 'node:fs'

import { protect } from '../command/exported-sample'
import { filesBelow, namesIn } from '../command/folder-contents'
import { custody, loggedData, loggedTypes, runCustody, SAMPLE, type Outcome } from '../command/run-custody'
import { outputOf } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'

const LONG = 60_000
/** Enough that an export takes seconds: about 50 MB. */
const LOOPS = '300'

whenInstalled('ffmpeg').describe('a transfer that is stopped', () => {
  let place: Place
  let long: string
  let guarded: string

  beforeAll(async () => {
    place = createPlace()
    long = place.at('long.asf')
    guarded = place.at('guarded.asf')
    await outputOf('ffmpeg', ['-nostdin', '-v', 'error', '-stream_loop', LOOPS, '-i', SAMPLE, '-map', '0', '-c', 'copy', long])
    await protect(place, guarded, { input: long })
  }, LONG)
  afterAll(removePlaces)

  /** Runs a command, and sends it a signal as soon as it has printed the event of that type. */
  const stopped = (signal: NodeJS.Signals, event: string, words: ReadonlyArray<string>): Promise<Outcome> =>
    runCustody(place, ['--json', ...words], {
      onStart: (child) => {
        let seen = ''
        const watch = (part: Buffer): void => {
          seen += part.toString('utf8')
          if (!seen.includes(`"${event}"`)) return
          child.stdout?.off('data', watch)
          child.kill(signal)
        }
        child.stdout?.on('data', watch)
      },
    })

  const exporting = (folder: string): ReadonlyArray<string> => ['export', guarded, '-o', place.at(folder), '--to', 'clear-key']

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s during an export: exit 130, the cancellation in the log, nothing left',
    async (signal) => {
      const before = namesIn(place.root)
      const cancelled = (await loggedData(place, 'TransferCancelled')).length
      const { exit, lines } = await stopped(signal, 'GrantOpened', exporting('interrupted'))
      expect(exit).toBe(130)
      expect(lines.some((line) => line.includes('"Result"'))).toBe(false)
      expect(namesIn(place.root)).toEqual(before)
      expect(await loggedData(place, 'TransferCancelled')).toHaveLength(cancelled + 1)
      expect((await loggedTypes(place)).filter((type) => type === 'ExportEnded')).toEqual([])
      expect(namesIn(place.temporary)).toEqual([])
    },
    LONG
  )

  it(
    'SIGINT during protecting: exit 130, the cancellation in the log, nothing left',
    async () => {
      const before = namesIn(place.root)
      const cancelled = (await loggedData(place, 'TransferCancelled')).length
      const { exit } = await stopped('SIGINT', 'GrantOpened', ['protect', long, '-o', place.at('interrupted.asf')])
      expect(exit).toBe(130)
      expect(namesIn(place.root)).toEqual(before)
      expect(await loggedData(place, 'TransferCancelled')).toHaveLength(cancelled + 1)
    },
    LONG
  )

  it(
    'SIGKILL during an export: nothing under its name, and the same command goes on with it under the same license, without a second use',
    async () => {
      const { exit, signal } = await stopped('SIGKILL', 'GrantOpened', exporting('killed'))
      expect({ exit, signal }).toEqual({ exit: undefined, signal: 'SIGKILL' })
      expect(existsSync(place.at('killed'))).toBe(false)
      expect(await loggedTypes(place)).not.toContain('ExportEnded')
      const uses = (await loggedData(place, 'UseReserved')).length
      const resumed = await custody(place, '--json', ...exporting('killed'))
      const [authorized] = (await loggedData(place, 'ExportAuthorized')).slice(-1)
      expect(JSON.parse(resumed.lines.at(-1) ?? '')).toMatchObject({ type: 'Result', licenseId: authorized?.['lid'] })
      expect(await loggedData(place, 'TransferResumed')).toHaveLength(1)
      expect(await loggedData(place, 'UseReserved')).toHaveLength(uses)
      expect([...filesBelow(place.at('killed')).keys()]).toEqual(expect.arrayContaining(['video.mp4', 'audio.mp4', 'export.json']))
      expect(await loggedTypes(place)).toContain('ExportEnded')
    },
    LONG
  )
})
