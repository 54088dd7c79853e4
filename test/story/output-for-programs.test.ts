import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { exportSample, type ExportedSample } from '../command/exported-sample'
import { custody, FIXTURES, jsonLines, runCustody, SAMPLE, type JsonLine } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const KEY_ID = /^[0-9a-f]{32}$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

describe('output for programs', () => {
  let place: Place
  let made: ExportedSample

  beforeAll(async () => {
    place = createPlace()
    made = await exportSample(place)
  }, LONG)
  afterAll(removePlaces)

  const logged = async (): Promise<ReadonlyArray<JsonLine>> => jsonLines(await custody(place, 'events', '--json'))

  /** What a command appended; the anchor at its end comes after its result, and is no part of what it did. */
  const loggedSince = async (before: number): Promise<ReadonlyArray<JsonLine>> => {
    const events = (await logged()).slice(before)
    expect(events.at(-1)).toMatchObject({ type: 'LogAnchored' })
    return events.slice(0, -1)
  }

  it(
    'protect --json prints its events as they stand in the log, and last the result with key ID and license',
    async () => {
      const before = (await logged()).length
      const outcome = await runCustody(place, ['--json', 'protect', SAMPLE, '-o', place.at('json.asf')])
      expect(outcome).toMatchObject({ exit: 0, stderr: '' })
      const lines = jsonLines(outcome)
      expect(lines.at(-1)).toEqual({
        type: 'Result',
        keyId: expect.stringMatching(KEY_ID) as unknown,
        licenseId: expect.stringMatching(UUID) as unknown,
      })
      expect(lines.slice(0, -1)).toEqual(await loggedSince(before))
      expect(lines.map(({ type }) => type)).toEqual(expect.arrayContaining(['LicenseStored', 'ProtectionBegun', 'ProtectionEnded']))
    },
    LONG
  )

  it(
    'export --json prints its events as they stand in the log, and last the result with the license',
    async () => {
      const before = (await logged()).length
      const words = ['--json', 'export', made.guarded, '-o', place.at('json-export'), '--to', 'clear-key']
      const outcome = await runCustody(place, words)
      expect(outcome).toMatchObject({ exit: 0, stderr: '' })
      const lines = jsonLines(outcome)
      expect(lines.at(-1)).toMatchObject({ type: 'Result', licenseId: made.licenseId })
      expect(lines.slice(0, -1)).toEqual(await loggedSince(before))
      for (const { type, at, data } of lines.slice(0, -1)) {
        expect(typeof type).toBe('string')
        expect(at).toMatch(INSTANT)
        expect(typeof data).toBe('object')
      }
    },
    LONG
  )

  it(
    '--quiet says nothing where all is well, and still says what is wrong',
    async () => {
      const quiet = await runCustody(place, ['--quiet', 'protect', SAMPLE, '-o', place.at('quiet.asf')])
      expect(quiet).toMatchObject({ exit: 0, stdout: '', stderr: '' })
      const wrong = await runCustody(place, ['--quiet', 'inspect', place.at('absent')])
      expect(wrong).toMatchObject({ exit: 4, stdout: '' })
      expect(wrong.stderr).not.toBe('')
    },
    LONG
  )

  it('without a terminal there is neither colour nor a progress bar', async () => {
    const { stdout } = await custody(place, 'export', made.guarded, '-o', place.at('plain'), '--to', 'clear-key')
    expect(stdout.includes('\u001b')).toBe(false)
    expect(stdout.includes('\r')).toBe(false)
  }, LONG)

  it(
    'events --json has positions without gaps, and --type, --stream and --since choose of them',
    async () => {
      const all = await logged()
      expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1))
      const stored = jsonLines(await custody(place, 'events', '--json', '--type', 'LicenseStored'))
      expect(stored).toEqual(all.filter(({ type }) => type === 'LicenseStored'))
      const stream = String(stored[0]?.['stream'])
      expect(jsonLines(await custody(place, 'events', '--json', '--stream', stream))).toEqual(
        all.filter((event) => event['stream'] === stream)
      )
      expect(jsonLines(await custody(place, 'events', '--json', '--since', '3'))).toEqual(all.slice(3))
    },
    LONG
  )

  describe('inspect --json', () => {
    const inspected = async (path: string): Promise<JsonLine> => {
      const lines = jsonLines(await custody(place, 'inspect', '--json', path))
      expect(lines).toHaveLength(1)
      return lines[0] ?? {}
    }
    const video = { number: 1, kind: 'video', codec: 'h264', samples: 125, keyFrames: 3, width: 320, height: 240 }
    const audio = { number: 2, kind: 'audio', codec: 'aac', samples: 236, bytes: 40_301, channels: 2, sampleRate: 48_000 }

    it('shows a clear file', async () => {
      const report = await inspected(SAMPLE)
      expect(report).toMatchObject({
        container: 'asf',
        streams: [
          { ...video, bytes: 106_390, encrypted: false },
          { ...audio, encrypted: false },
        ],
        protection: [],
        warnings: [],
      })
      expect(report['durationSeconds']).toBeCloseTo(5, 0)
    }, LONG)

    it('shows a protected file: the same streams, and its key ID in each header', async () => {
      const report = await inspected(made.guarded)
      expect(report).toMatchObject({
        container: 'asf',
        streams: [
          // A start code of three bytes became a length of four (ADR 46).
          { ...video, bytes: 106_391, encrypted: true },
          { ...audio, encrypted: true },
        ],
        warnings: [],
      })
      const protection = report['protection'] as ReadonlyArray<{ readonly kind: string; readonly keyIds: ReadonlyArray<string> }>
      expect(protection.length).toBeGreaterThan(0)
      for (const { kind, keyIds } of protection) {
        expect(kind).not.toBe('')
        expect(keyIds).toEqual([made.keyId])
      }
    }, LONG)

    it.each(['video', 'audio'] as const)('shows the exported %s', async (kind) => {
      const report = await inspected(made[kind].path)
      expect(report).toMatchObject({
        container: 'mp4',
        streams: [{ kind, samples: kind === 'video' ? 125 : 236, encrypted: true }],
        warnings: [],
      })
      const protection = report['protection'] as ReadonlyArray<{ readonly kind: string; readonly keyIds: ReadonlyArray<string> }>
      const ids = protection.flatMap(({ keyIds }) => keyIds)
      expect(new Set(ids)).toEqual(new Set([made[kind].keyId]))
      expect(report['durationSeconds']).toBeCloseTo(5, 0)
    }, LONG)

    it('makes no home: it asks nothing of one', async () => {
      const other = place.withHome('untouched')
      await custody(other, 'inspect', '--json', join(FIXTURES, 'wmv2-wma2.wmv'))
      expect(existsSync(other.home)).toBe(false)
      expect(existsSync(other.machine)).toBe(false)
    }, LONG)
  })

  it('licenses --json shows what was stored, one object a license', async () => {
    const lines = jsonLines(await custody(place, 'licenses', '--json'))
    const mine = lines.filter(({ licenseId }) => licenseId === made.licenseId)
    expect(mine).toMatchObject([{ keyId: made.keyId }])
  }, LONG)
})
