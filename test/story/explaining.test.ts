import { writeFileSync } from 'node:fs'

import { protect } from '../command/exported-sample'
import { custody, jsonLines, runCustody, type JsonLine, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const CLEAR_KEY = 'e2719d58-a985-b3c9-781a-b030af78d30e'

interface Answer {
  readonly action: string
  readonly allowed: boolean
  readonly refusals: ReadonlyArray<{ readonly rule: string; readonly reason: string }>
  readonly decidedBy: ReadonlyArray<{ readonly type: string; readonly id: string; readonly time: string }>
  readonly change: ReadonlyArray<{ readonly type: string }> | null
}

describe('explain', () => {
  let place: Place
  let made: { readonly keyId: string; readonly licenseId: string }
  let events: ReadonlyArray<JsonLine>

  beforeAll(async () => {
    place = createPlace()
    const rights = place.at('rights.json')
    writeFileSync(rights, JSON.stringify({ rights: [{ action: 'Copy', count: 1, inclusion: [CLEAR_KEY] }] }))
    made = await protect(place, place.at('guarded.asf'), { options: ['--rights', rights] })
    const exporting = (folder: string): Promise<Outcome> =>
      runCustody(place, ['export', place.at('guarded.asf'), '-o', place.at(folder), '--to', 'clear-key'])
    expect((await exporting('first')).exit).toBe(0)
    expect((await exporting('second')).exit).toBe(1)
    events = jsonLines(await custody(place, 'events', '--json'))
  }, LONG)
  afterAll(removePlaces)

  const explained = async (...words: ReadonlyArray<string>): Promise<JsonLine> => {
    const lines = jsonLines(await custody(place, '--json', 'explain', ...words))
    expect(lines).toHaveLength(1)
    return lines[0] ?? {}
  }
  const copyOf = (line: JsonLine): Answer => {
    const found = (line['answers'] as ReadonlyArray<Answer>).find(({ action }) => action === 'Copy')
    if (found === undefined) throw new Error('no answer about Copy')
    return found
  }
  const eventOf = (type: string): JsonLine => events.find((event) => event['type'] === type) ?? {}

  it('LI-12: of a key ID and of a license: the reason, the events that decided, and what would turn it', async () => {
    const hyphened = made.keyId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    for (const subject of [made.keyId, made.keyId.toUpperCase(), hyphened, made.licenseId, made.licenseId.toUpperCase()]) {
      const copy = copyOf(await explained(subject))
      expect(copy).toMatchObject({ allowed: false, refusals: [{ reason: 'Exhausted' }], change: [{ type: 'UseGivenBack' }] })
      expect(copy.decidedBy.map(({ type }) => type)).toEqual(['LicenseStored', 'UseReserved'])
      const known = new Map(events.map((event) => [event['id'], event['at']]))
      for (const { id, time } of copy.decidedBy) expect(time).toBe(known.get(id))
    }
  }, LONG)

  it('of a refused and of a granted decision: made again, it comes out as it is recorded', async () => {
    const refused = await explained(String(eventOf('ExportRefused')['id']))
    expect(refused).toMatchObject({ replay: { type: 'equal' } })
    expect(copyOf(refused)).toMatchObject({ allowed: false, refusals: [{ reason: 'Exhausted' }] })
    const granted = await explained(String(eventOf('ExportAuthorized')['id']))
    expect(granted).toMatchObject({ replay: { type: 'equal' } })
    expect(copyOf(granted).allowed).toBe(true)
  }, LONG)

  it('--at: allowed before the use was taken, and without a license before it was stored', async () => {
    const before = String(eventOf('ProtectionEnded')['at'])
    expect(copyOf(await explained(made.keyId, '--at', before)).allowed).toBe(true)
    expect(copyOf(await explained(made.keyId, '--at', '2001-01-01T00:00:00Z'))).toMatchObject({
      allowed: false,
      refusals: [{ reason: 'NoLicense' }],
    })
  }, LONG)

  it('--action: asks about others', async () => {
    const answers = (await explained(made.keyId, '--action', 'Backup', '--action', 'Play'))['answers'] as ReadonlyArray<Answer>
    expect(answers.map(({ action, allowed }) => [action, allowed])).toEqual([
      ['Backup', false],
      ['Play', false],
    ])
  }, LONG)

  it('in plain words for people', async () => {
    const { stdout } = await custody(place, 'explain', made.keyId)
    for (const text of ['Copy: refused', 'LI-12', 'decided by', 'LicenseStored', 'UseReserved']) expect(stdout).toContain(text)
    expect(stdout).not.toMatch(/undefined|\[object/)
  }, LONG)

  it.each([
    ['an unknown subject', ['01890000-0000-7000-8000-000000000001'], 1],
    ['no subject at all that could be one', ['no such thing'], 1],
    ['a bad time', ['00'.repeat(16), '--at', 'yesterday'], 2],
    ['a day that there is not', ['00'.repeat(16), '--at', '2027-02-30T00:00:00Z'], 2],
    ['an unknown action', ['00'.repeat(16), '--action', 'Teleport'], 2],
    ['nothing', [], 2],
  ])('%s: nothing on standard output', async (_, words, exit) => {
    const outcome = await runCustody(place, ['explain', ...words])
    expect({ exit: outcome.exit, stdout: outcome.stdout }).toEqual({ exit, stdout: '' })
    expect(outcome.stderr).not.toBe('')
  }, LONG)
})
