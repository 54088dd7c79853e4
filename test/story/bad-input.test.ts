import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { exportSample, protect, type ExportedSample } from '../command/exported-sample'
import { namesIn } from '../command/folder-contents'
import { FIXTURES, jsonLines, runCustody, SAMPLE } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const PLACED = /at byte \d+: .*expected .+, found .+/

/** The same bytes at each run, with no structure in them. */
const noise = (length: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, (_, index) => createHash('sha256').update(`noise ${String(index)}`).digest())
  ).subarray(0, length)

/** Where the header of an ASF file ends: its own size, behind its id. @source ASF specification §2.1 */
const headerEnd = (asf: Buffer): number => Number(asf.readBigUInt64LE(16))

/** The fixed part of a data object. */
const DATA_OBJECT_HEAD = 50
const PACKET = 3200

describe('input that is no whole ASF file', () => {
  let place: Place
  let made: ExportedSample
  let unlike: ReadonlyArray<readonly [string, Buffer]>

  beforeAll(async () => {
    place = createPlace()
    made = await exportSample(place)
    unlike = [
      ['an empty file', Buffer.alloc(0)],
      ['one byte', Buffer.from([0x30])],
      ['random bytes', noise(100_000)],
      ['an MP4 file', readFileSync(made.video.path)],
      ['a text', Buffer.from('Not a media file.\n'.repeat(1000))],
      ['zeros', Buffer.alloc(100_000)],
      ['a header id with noise behind it', Buffer.concat([readFileSync(SAMPLE).subarray(0, 16), noise(50_000)])],
      ['chunks of MMS over HTTP', readFileSync(join(FIXTURES, 'mms-chunked.asfstream'))],
    ]
  }, LONG)
  afterAll(removePlaces)

  /** Runs a command on bytes, and checks that it refused them with their place and left nothing. */
  const refuses = async (name: string, bytes: Buffer, command: 'protect' | 'export', said: RegExp = PLACED): Promise<void> => {
    const input = place.at('input.asf')
    writeFileSync(input, bytes)
    const before = namesIn(place.root)
    const to = command === 'export' ? ['--to', 'clear-key'] : []
    const { exit, signal, stdout, stderr } = await runCustody(place, [command, input, '-o', place.at('output'), ...to])
    expect({ name, exit, signal, stdout, left: namesIn(place.root) }).toEqual({
      name,
      exit: 3,
      signal: undefined,
      stdout: '',
      left: before,
    })
    expect({ name, stderr }).toEqual({ name, stderr: expect.stringMatching(said) as unknown })
    expect(namesIn(place.temporary)).toEqual([])
  }

  it.each(['protect', 'export'] as const)(
    '%s refuses what is something else, with exit 3 and the byte, and writes nothing',
    async (command) => {
      for (const [name, bytes] of unlike) await refuses(name, bytes, command, /at byte \d+: /)
    },
    LONG
  )

  it.each(['protect', 'export'] as const)(
    '%s refuses a file that ends too early, wherever it is cut',
    async (command) => {
      const whole = readFileSync(command === 'protect' ? SAMPLE : made.guarded)
      const header = headerEnd(whole)
      const data = header + DATA_OBJECT_HEAD
      const cuts: ReadonlyArray<readonly [string, number]> = [
        ['inside of the first id', 15],
        ['behind the first id', 24],
        ['inside of the header', Math.floor(header / 2)],
        ['one byte before the end of the header', header - 1],
        ['at the end of the header', header],
        ['inside of the head of the data', header + 20],
        ['before the first packet', data],
        ['in the first packet', data + 100],
        ['between two packets', data + 3 * PACKET],
        ['in the middle of a packet', data + 10 * PACKET + 1234],
        ['a byte before the end of the last packet', data + Math.floor((whole.length - data) / PACKET) * PACKET - 1],
      ]
      for (const [name, length] of cuts) await refuses(name, whole.subarray(0, length), command)
    },
    LONG
  )

  it(
    'protect refuses a file that is one byte short, though that byte is of its index and not of its media',
    async () => {
      const whole = readFileSync(SAMPLE)
      await refuses('one byte short', whole.subarray(0, whole.length - 1), 'protect')
    },
    LONG
  )

  it(
    'an export of a file that was cut leaves no folders that it made on the way to its target',
    async () => {
      const cut = place.at('cut-guarded.asf')
      writeFileSync(cut, readFileSync(made.guarded).subarray(0, 60_000))
      const before = namesIn(place.root)
      const { exit } = await runCustody(place, ['export', cut, '-o', place.at('new', 'deep', 'exported'), '--to', 'clear-key'])
      expect(exit).toBe(3)
      expect(namesIn(place.root)).toEqual(before)
    },
    LONG
  )

  it.each([
    ['protect', '-o', 'missing-output'],
    ['export', '--to', 'clear-key', '-o', 'missing-output'],
    ['inspect'],
  ])(
    'a missing input of %s is a failure of the outside world',
    async (...words) => {
      const [command = '', ...rest] = words
      const { exit, stderr } = await runCustody(place, [command, place.at('missing.asf'), ...rest])
      expect(exit).toBe(4)
      expect(stderr).toContain('missing.asf')
      expect(existsSync(place.at('missing-output'))).toBe(false)
    },
    LONG
  )

  it(
    'inspect reads what is there of a file that was cut, and lists what is wrong',
    async () => {
      const cut = place.at('cut.asf')
      writeFileSync(cut, readFileSync(SAMPLE).subarray(0, 80_000))
      const outcome = await runCustody(place, ['inspect', '--json', cut])
      expect(outcome).toMatchObject({ exit: 0, stderr: '' })
      const [report] = jsonLines(outcome)
      const { warnings, streams } = report as {
        readonly warnings: ReadonlyArray<{ readonly offset: number; readonly what: string }>
        readonly streams: ReadonlyArray<{ readonly samples: number }>
      }
      expect(warnings.length).toBeGreaterThan(0)
      for (const { offset, what } of warnings) {
        expect(offset).toBeGreaterThan(0)
        expect(offset).toBeLessThanOrEqual(80_000)
        expect(what).not.toBe('')
      }
      expect(streams.every(({ samples }) => samples > 0)).toBe(true)
    },
    LONG
  )

  it(
    'inspect refuses what is no media file',
    async () => {
      const file = place.at('no-media')
      for (const [name, bytes] of unlike) {
        if (name === 'an MP4 file') continue
        writeFileSync(file, bytes)
        const { exit, stdout, stderr } = await runCustody(place, ['inspect', '--json', file])
        expect({ name, exit, stdout }).toEqual({ name, exit: 3, stdout: '' })
        expect(stderr).toMatch(/at byte \d+/)
      }
    },
    LONG
  )

  it.each(['wmv2-wma2.wmv', 'wma2-stereo-44k.wma'])(
    '%s is protected, and its export is refused as unsupported',
    async (name) => {
      const guarded = place.at(`guarded-${name}`)
      await protect(place, guarded, { input: join(FIXTURES, name) })
      const before = namesIn(place.root)
      const { exit, stderr } = await runCustody(place, ['export', guarded, '-o', place.at('output'), '--to', 'clear-key'])
      expect(exit).toBe(3)
      expect(stderr).toContain('unsupported')
      expect(namesIn(place.root)).toEqual(before)
    },
    LONG
  )

  it(
    'a protected file is not protected again, and a clear one has nothing to export',
    async () => {
      const again = await runCustody(place, ['protect', made.guarded, '-o', place.at('output')])
      expect(again).toMatchObject({ exit: 3, stdout: '' })
      const clear = await runCustody(place, ['export', SAMPLE, '-o', place.at('output'), '--to', 'clear-key'])
      expect(clear).toMatchObject({ exit: 3, stdout: '' })
      expect(existsSync(place.at('output'))).toBe(false)
    },
    LONG
  )
})
