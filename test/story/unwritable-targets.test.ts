import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'

import { exportSample, type ExportedSample } from '../command/exported-sample'
import { filesBelow, namesIn } from '../command/folder-contents'
import { COMMAND, custody, environmentOf, outcomeOf, runCustody, SAMPLE, type Outcome } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 30_000
const CLEAR_KEY = 'e2719d58-a985-b3c9-781a-b030af78d30e'
const OUTSIDE = 4
const REFUSED = 1

describe('a target that cannot be written', () => {
  let place: Place
  let made: ExportedSample
  let below: string

  beforeAll(async () => {
    place = createPlace()
    made = await exportSample(place)
    writeFileSync(place.at('regular'), 'a regular file')
    below = place.at('regular', 'output')
  }, LONG)
  afterAll(removePlaces)

  const exporting = (target: string, ...options: ReadonlyArray<string>): ReadonlyArray<string> =>
    ['export', made.guarded, '-o', target, '--to', 'clear-key', ...options]

  /** Runs the command where no file may grow beyond a number of blocks of 512 bytes. */
  const limited = async (from: Place, blocks: number, words: ReadonlyArray<string>): Promise<Outcome> => {
    const script = `ulimit -f ${String(blocks)}; exec "$@"`
    return outcomeOf(
      await runProgram('sh', ['-c', script, 'sh', process.execPath, COMMAND, ...words], {
        cwd: from.root,
        env: environmentOf(from),
      })
    )
  }

  const failsOutside = async (run: () => Promise<Outcome>): Promise<void> => {
    const before = namesIn(place.root)
    const { exit, stdout, stderr } = await run()
    expect({ exit, stdout }).toEqual({ exit: OUTSIDE, stdout: '' })
    expect(stderr).toMatch(/^custody: cannot /)
    expect(namesIn(place.root)).toEqual(before)
    expect(readFileSync(place.at('regular'), 'utf8')).toBe('a regular file')
    expect(namesIn(place.temporary)).toEqual([])
  }

  it('protect below a regular file', () => failsOutside(() => runCustody(place, ['protect', SAMPLE, '-o', below])), LONG)

  it(
    'protect into a folder that is not there, or that is itself the target',
    async () => {
      await failsOutside(() => runCustody(place, ['protect', SAMPLE, '-o', place.at('absent', 'output.asf')]))
      mkdirSync(place.at('folder'))
      await failsOutside(() => runCustody(place, ['protect', SAMPLE, '-o', place.at('folder')]))
      expect(namesIn(place.at('folder'))).toEqual([])
    },
    LONG
  )

  it(
    'protect to a full device, which stays a device',
    async () => {
      await failsOutside(() => runCustody(place, ['protect', SAMPLE, '-o', '/dev/full']))
      expect(statSync('/dev/full').isCharacterDevice()).toBe(true)
    },
    LONG
  )

  it('export below a regular file', () => failsOutside(() => runCustody(place, exporting(below))), LONG)

  it(
    'export over a regular file',
    async () => {
      const { exit } = await runCustody(place, exporting(place.at('regular')))
      expect([REFUSED, OUTSIDE]).toContain(exit)
      expect(readFileSync(place.at('regular'), 'utf8')).toBe('a regular file')
    },
    LONG
  )

  it(
    'protect and export where a file cannot grow as far as it has to',
    async () => {
      // Room for the log, which grows while the command runs, but not for the media.
      const BLOCKS = 200
      await failsOutside(() => limited(place, BLOCKS, ['protect', SAMPLE, '-o', place.at('limited.asf')]))
      await failsOutside(() => limited(place, BLOCKS, exporting(place.at('limited'))))
    },
    LONG
  )

  it(
    'a home below a regular file',
    () => failsOutside(() => runCustody(place, ['--home', place.at('regular', 'home'), 'protect', SAMPLE, '-o', place.at('new.asf')])),
    LONG
  )

  it(
    'a home that has no room',
    async () => {
      const other = place.withHome('no-room')
      const { exit, stdout, stderr } = await limited(other, 8, ['protect', SAMPLE, '-o', place.at('new.asf')])
      expect({ exit, stdout }).toEqual({ exit: OUTSIDE, stdout: '' })
      expect(stderr).toMatch(/^custody: /)
      expect(stderr).not.toMatch(/\n\s+at /)
      expect(namesIn(place.root)).not.toContain('new.asf')
      // Safe to run again: with room the same home works.
      expect(await runCustody(other, ['protect', SAMPLE, '-o', place.at('no-room.asf')])).toMatchObject({ exit: 0, stderr: '' })
    },
    LONG
  )

  it(
    'is safe to try again: a right for one copy is still there after an export that could not be written',
    async () => {
      const rights = place.at('rights.json')
      writeFileSync(rights, JSON.stringify({ rights: [{ action: 'Copy', count: 1, inclusion: [CLEAR_KEY] }] }))
      const guarded = place.at('once.asf')
      await custody(place, 'protect', SAMPLE, '-o', guarded, '--rights', rights)
      const once = (target: string): Promise<Outcome> => runCustody(place, ['export', guarded, '-o', target, '--to', 'clear-key'])
      await failsOutside(() => once(below))
      expect(await once(place.at('once'))).toMatchObject({ exit: 0, stderr: '' })
    },
    LONG
  )

  it(
    'a folder that is not empty is refused without --overwrite and left as it was, and replaced with it',
    async () => {
      const folder = place.at('taken')
      mkdirSync(folder)
      writeFileSync(place.at('taken', 'notes.txt'), 'mine')
      writeFileSync(place.at('taken', 'video.mp4'), 'old')
      const before = filesBelow(folder)
      const refused = await runCustody(place, exporting(folder))
      expect(refused).toMatchObject({ exit: REFUSED, stdout: '' })
      expect(refused.stderr).toContain('--overwrite')
      expect(filesBelow(folder)).toEqual(before)
      expect(await runCustody(place, exporting(folder, '--overwrite'))).toMatchObject({ exit: 0, stderr: '' })
      expect(namesIn(folder)).toEqual(expect.arrayContaining([...namesIn(made.folder)]))
      expect(filesBelow(folder).get('video.mp4')?.toString('latin1', 4, 8)).toBe('ftyp')
      expect(namesIn(place.root).filter((name) => name.includes('partial'))).toEqual([])
    },
    LONG
  )

  it(
    'an empty folder is taken',
    async () => {
      mkdirSync(place.at('empty'))
      expect(await runCustody(place, exporting(place.at('empty')))).toMatchObject({ exit: 0, stderr: '' })
      expect(namesIn(place.at('empty'))).toEqual(namesIn(made.folder))
    },
    LONG
  )
})
