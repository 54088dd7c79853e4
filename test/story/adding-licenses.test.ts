import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'

import { filesBelow } from '../command/folder-contents'
import { createForeignIssuer, trust, type ForeignIssuer, type ForeignLicense, type LicenseMembers } from '../command/foreign-issuer'
import { recordOf, type HomeRecord } from '../command/home-record'
import { formsFoundIn } from '../command/key-forms'
import { custody, jsonLines, runCustody, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const REFUSED = 1
const DAMAGED = 3
const LARGEST = 4 * 1024 * 1024

/** The response string of the platform: UTF-16 with its byte order mark. @source docs/reference/domain.md, LI-54 */
const responseString = (inside: string, before = ''): Buffer =>
  Buffer.from(
    `\ufeff${before}<LICENSERESPONSE><LICENSE version="3.0.0.0">${Buffer.from(inside, 'latin1').toString('base64')}</LICENSE></LICENSERESPONSE>`,
    'utf16le'
  )

describe('licenses add', () => {
  let place: Place
  let issuer: ForeignIssuer
  /** The home in which nothing comes in: what it holds never changes. */
  let closed: Place
  let before: HomeRecord

  beforeAll(async () => {
    place = createPlace()
    closed = createPlace()
    issuer = createForeignIssuer()
    for (const each of [place, closed]) await trust(each, issuer)
    writeFileSync(closed.at('license'), JSON.stringify((await issuer.license(closed)).response))
    await custody(closed, 'licenses', 'add', closed.at('license'))
    before = await recordOf(closed)
    expect(before.licenses).toHaveLength(1)
  }, LONG)
  afterAll(removePlaces)

  const adding = (bytes: Buffer, to: Place = place): Promise<Outcome> => {
    writeFileSync(to.at('license'), bytes)
    return runCustody(to, ['--json', 'licenses', 'add', to.at('license')])
  }
  const file = ({ response }: Pick<ForeignLicense, 'response'>): Buffer => Buffer.from(JSON.stringify(response))

  /** Adds what must not come in: the exit code, what the message names, and a home as it was before. */
  const refuses = async (bytes: Buffer, exit: number, said: ReadonlyArray<string | RegExp>): Promise<void> => {
    const outcome = await adding(bytes, closed)
    expect({ exit: outcome.exit, stdout: outcome.stdout }).toEqual({ exit, stdout: '' })
    expect(outcome.stderr).toMatch(/^custody: [^\n]+\n$/)
    for (const text of [closed.at('license'), ...said]) expect(outcome.stderr).toMatch(typeof text === 'string' ? escaped(text) : text)
    expect(await recordOf(closed)).toEqual(before)
  }
  const escaped = (text: string): RegExp => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))

  it(
    'a license of an issuer that the user trusts comes in and allows what it says; nothing of its key is to be seen',
    async () => {
      const license = await issuer.license(place, { rights: [{ action: 'Play', windows: [{ count: 3 }] }] })
      const added = await adding(file(license))
      expect(added).toMatchObject({ exit: 0, stderr: '' })
      expect(jsonLines(added).at(-1)).toMatchObject({ type: 'Result', licenseId: license.licenseId, issuer: issuer.id, keyId: license.keyId })
      const query = await custody(place, '--json', 'licenses', 'query', license.keyId, 'Play')
      expect(jsonLines(query)).toMatchObject([{ allowed: true, licenses: [{ licenseId: license.licenseId, issuer: issuer.id }] }])
      for (const [name, bytes] of filesBelow(place.home)) {
        expect({ name, found: formsFoundIn(bytes, license.key) }).toEqual({ name, found: [] })
      }
      expect(formsFoundIn(Buffer.from(added.stdout + query.stdout), license.key)).toEqual([])
    },
    LONG
  )

  it('comes from standard input as well', async () => {
    const license = await issuer.license(place)
    const outcome = await runCustody(place, ['licenses', 'add', '-'], { input: file(license) })
    expect(outcome).toMatchObject({ exit: 0, stderr: '' })
    expect((await custody(place, 'licenses')).stdout).toContain(license.licenseId)
  }, LONG)

  it('LI-54: comes as the response string of the platform, in UTF-16', async () => {
    const license = await issuer.license(place)
    expect(await adding(responseString(JSON.stringify(license.response)))).toMatchObject({ exit: 0, stderr: '' })
    expect((await custody(place, 'licenses')).stdout).toContain(license.licenseId)
  }, LONG)

  const damaged: ReadonlyArray<readonly [string, (text: string) => Buffer]> = [
    ['empty', () => Buffer.alloc(0)],
    ['cut off', (text) => Buffer.from(text.slice(0, text.length / 2))],
    ['noise', () => createHash('sha512').update('noise').digest()],
    ['an unknown member of the response', (text) => Buffer.from(text.replace('{', '{"extra":1,'))],
    ['LI-54: XML with a DOCTYPE', (text) => responseString(text, '<!DOCTYPE x [<!ENTITY e "e">]>')],
    ['LI-54: XML that is cut off', (text) => responseString(text).subarray(0, 200)],
  ]
  it.each(damaged)('a damaged file, %s: exit 3', async (_, damage) => {
    const license = await issuer.license(closed)
    await refuses(damage(JSON.stringify(license.response)), DAMAGED, [])
  }, LONG)

  it('LI-54: a binary license of the platform is refused by name: exit 3', async () => {
    const xmr = `XMR\0${'\0'.repeat(60)}`
    await refuses(responseString(xmr), DAMAGED, [/unsupported|XMR/])
  }, LONG)

  it('a file above the limit: exit 3', () => refuses(Buffer.alloc(LARGEST + 1, ' '), DAMAGED, [String(LARGEST)]), LONG)

  it('a changed document: exit 3, the signature', async () => {
    const { response } = await issuer.license(closed)
    const [head, body = '', signature] = String(response['document']).split('.')
    const other = Buffer.from(Buffer.from(body, 'base64url').toString().replace('"Play"', '"Copy"')).toString('base64url')
    await refuses(file({ response: { ...response, document: [head, other, signature].join('.') } }), DAMAGED, ['signature'])
  }, LONG)

  it('a stranger: exit 1, and who it is', async () => {
    const stranger = createForeignIssuer()
    await refuses(file(await stranger.license(closed)), REFUSED, [stranger.id])
  }, LONG)

  const absurd: ReadonlyArray<readonly [string, LicenseMembers, RegExp]> = [
    ['an unknown right', { rights: [{ action: 'Teleport' }] }, /\/rights/],
    ['an unknown member', { favour: 1 }, /favour/],
    ['an unknown version', { v: 2 }, /version 2/],
    ['a count of 0', { rights: [{ action: 'Play', windows: [{ count: 0 }] }] }, /count/],
    ['a negative count', { rights: [{ action: 'Play', windows: [{ count: -5 }] }] }, /count/],
    ['half a count', { rights: [{ action: 'Play', windows: [{ count: 1.5 }] }] }, /count/],
    ['a count of 2^31', { rights: [{ action: 'Play', windows: [{ count: 2 ** 31 }] }] }, /count/],
    ['a day that there is not', { rights: [{ action: 'Play', windows: [{ until: '2027-02-30T00:00:00Z' }] }] }, /until/],
    ['an end before its beginning', { rights: [{ action: 'Play', windows: [{ from: '2028-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' }] }] }, /until/],
    ['an issue far ahead', { issued: '9999-01-01T00:00:00Z' }, /issued/],
    ['a million hours', { afterStoreHours: 1_000_000 }, /afterStoreHours/],
  ]
  it.each(absurd)('%s: exit 3, with its place', async (_, members, said) => {
    await refuses(file(await issuer.license(closed, members)), DAMAGED, [said])
  }, LONG)

  it('a license for another computer: exit 3, and not that this home is damaged', async () => {
    const license = await issuer.license(closed.withHome('another'))
    await refuses(file(license), DAMAGED, ['another computer'])
  }, LONG)

  it('IM-10: a key that is not the one that the document commits to: exit 3', async () => {
    await refuses(file(await issuer.license(closed, {}, Buffer.alloc(16, 7))), DAMAGED, ['IM-10'])
  }, LONG)
})
