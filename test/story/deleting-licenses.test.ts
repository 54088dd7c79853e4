import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'

import { protect } from '../command/exported-sample'
import { createForeignIssuer, trust, type ForeignIssuer, type ForeignLicense, type LicenseMembers } from '../command/foreign-issuer'
import { recordOf } from '../command/home-record'
import { custody, jsonLines, loggedData, runCustody, type JsonLine, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const REFUSED = 1
const WRONG_USE = 2
const DAMAGED = 3
const PAST = '2001-01-01T00:00:00Z'

describe('licenses that go', () => {
  let place: Place
  let issuer: ForeignIssuer

  beforeEach(async () => {
    place = createPlace()
    issuer = createForeignIssuer()
    await trust(place, issuer)
  }, LONG)
  afterAll(removePlaces)

  const added = async (members: LicenseMembers = {}, by: ForeignIssuer = issuer): Promise<ForeignLicense> => {
    const license = await by.license(place, members)
    writeFileSync(place.at('license'), JSON.stringify(license.response))
    await custody(place, 'licenses', 'add', place.at('license'))
    return license
  }
  const deleting = (...words: ReadonlyArray<string>): Promise<Outcome> => runCustody(place, ['licenses', 'delete', ...words])
  const held = async (): Promise<ReadonlyArray<JsonLine>> => jsonLines(await custody(place, '--json', 'licenses'))
  const reasons = async (): Promise<ReadonlyArray<unknown>> => (await loggedData(place, 'LicenseDeleted')).map(({ why }) => why)

  /** A command that must change nothing. */
  const refuses = async (run: () => Promise<Outcome>, exit: number, ...said: ReadonlyArray<string>): Promise<void> => {
    const before = await recordOf(place)
    const outcome = await run()
    expect({ exit: outcome.exit, stdout: outcome.stdout }).toEqual({ exit, stdout: '' })
    for (const text of said) expect(outcome.stderr).toContain(text)
    expect(await recordOf(place)).toEqual(before)
  }

  it('a license of the home itself goes at a word, with its key, and others stay', async () => {
    const first = await protect(place, place.at('first.asf'))
    const second = await protect(place, place.at('second.asf'))
    expect(await deleting(first.licenseId)).toMatchObject({ exit: 0, stderr: '' })
    expect((await held()).map(({ licenseId }) => licenseId)).toEqual([second.licenseId])
    expect(await reasons()).toEqual(['owner'])
    expect((await runCustody(place, ['licenses', 'query', first.keyId, 'Play'])).exit).toBe(REFUSED)
    expect((await runCustody(place, ['export', place.at('first.asf'), '-o', place.at('out'), '--to', 'clear-key'])).exit).toBe(REFUSED)
    expect((await runCustody(place, ['keys', 'reveal', first.keyId, '--yes'])).stdout).toBe('')
  }, LONG)

  it('LI-44: a permanent license of somebody else goes by --force alone, and that is recorded', async () => {
    const { licenseId } = await added()
    await refuses(() => deleting(licenseId), REFUSED, 'LI-44', '--force')
    expect(await deleting(licenseId, '--force')).toMatchObject({ exit: 0, stderr: '' })
    expect(await held()).toEqual([])
    expect(await reasons()).toEqual(['forced'])
  }, LONG)

  it('LI-44: a temporary one goes without', async () => {
    const { licenseId } = await added({ persist: 'temporary' })
    expect((await deleting(licenseId)).exit).toBe(0)
    expect(await held()).toEqual([])
  }, LONG)

  it('LI-45: a marked one stays until the cleaning', async () => {
    const { licenseId } = await added({ persist: 'temporary' })
    expect((await deleting(licenseId, '--mark')).exit).toBe(0)
    expect(await held()).toMatchObject([{ licenseId, state: 'marked' }])
    expect(jsonLines(await custody(place, '--json', 'licenses', 'clean')).at(-1)).toMatchObject({ type: 'Result', removed: 1 })
    expect(await held()).toEqual([])
  }, LONG)

  it('LI-19: the cleaning takes what is over, and nothing else', async () => {
    await added({ rights: [{ action: 'Play', windows: [{ until: PAST }] }] })
    const { licenseId } = await added()
    expect(jsonLines(await custody(place, '--json', 'licenses', 'clean')).at(-1)).toMatchObject({ removed: 1 })
    expect((await held()).map((license) => license['licenseId'])).toEqual([licenseId])
    expect(jsonLines(await custody(place, '--json', 'licenses', 'clean')).at(-1)).toMatchObject({ removed: 0 })
  }, LONG)

  it('an id that several issuers use: exit 1 names them, and --issuer chooses', async () => {
    const other = createForeignIssuer()
    await trust(place, other)
    const lid = randomUUID()
    for (const by of [issuer, other]) await added({ lid, persist: 'temporary' }, by)
    await refuses(() => deleting(lid), REFUSED, issuer.id, other.id, '--issuer')
    expect((await deleting(lid, '--issuer', other.id)).exit).toBe(0)
    expect(await held()).toMatchObject([{ licenseId: lid, issuer: issuer.id }])
  }, LONG)

  it('LI-46: what is not there, and wrong use', async () => {
    await refuses(() => deleting(randomUUID()), REFUSED)
    await refuses(() => deleting('nonsense'), REFUSED)
    await refuses(() => deleting(), WRONG_USE)
    await refuses(() => deleting(randomUUID(), '--issuer', 'nobody'), WRONG_USE)
    await refuses(() => deleting(randomUUID(), '--message', place.at('license')), WRONG_USE)
  }, LONG)

  const point = Buffer.alloc(32, 7).toString('base64')
  const message = (before = ''): string =>
    `${before}<response type="LRB"><DATA><LICENSEDATA><DATA><META><LGPUBKEY><PublicKey><X>${point}</X><Y>${point}</Y></PublicKey></LGPUBKEY></META></DATA></LICENSEDATA></DATA></response>`
  it.each([
    ['LI-49: one that names nothing here', Buffer.from(message(), 'utf16le'), REFUSED, 'LI-49'],
    ['with a DOCTYPE', Buffer.from(message('<!DOCTYPE x>'), 'utf16le'), DAMAGED, 'message'],
    ['cut off', Buffer.from(message(), 'utf16le').subarray(0, 100), DAMAGED, 'message'],
    ['empty', Buffer.alloc(0), DAMAGED, 'message'],
  ])('a deletion message, %s: nothing goes', async (_, bytes, exit, said) => {
    await added()
    writeFileSync(place.at('message'), bytes)
    await refuses(() => deleting('--message', place.at('message')), exit, said)
  }, LONG)
})
