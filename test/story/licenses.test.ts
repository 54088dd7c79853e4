import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { protect } from '../command/exported-sample'
import { custody, jsonLines, loggedTypes, runCustody, type JsonLine } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const CLEAR_KEY = 'e2719d58-a985-b3c9-781a-b030af78d30e'
const TITLE = 'A walk by the river, 1998'

describe('the licenses of a home', () => {
  let place: Place
  let made: { readonly keyId: string; readonly licenseId: string }

  beforeAll(async () => {
    place = createPlace()
    const rights = place.at('rights.json')
    const list = [
      { action: 'Play', count: 5, until: '2099-01-01T00:00:00Z' },
      { action: 'Copy', count: 2, inclusion: [CLEAR_KEY] },
    ]
    writeFileSync(rights, JSON.stringify({ rights: list }))
    made = await protect(place, place.at('guarded.asf'), { options: ['--rights', rights, '--title', TITLE] })
    await custody(place, 'export', place.at('guarded.asf'), '-o', place.at('exported'), '--to', 'clear-key')
  }, LONG)
  afterAll(removePlaces)

  const only = async (...words: ReadonlyArray<string>): Promise<JsonLine> => {
    const lines = jsonLines(await custody(place, '--json', ...words))
    expect(lines).toHaveLength(1)
    return lines[0] ?? {}
  }

  it('are listed with state, what is left and title; the same facts for people', async () => {
    const copy = { action: 'Copy', windows: [{ count: 2, left: 1 }] }
    const line = await only('licenses')
    expect(line).toMatchObject({ ...made, title: TITLE, state: 'held', priority: 0 })
    expect(line['rights']).toEqual(expect.arrayContaining([copy]))
    expect(typeof line['firstUsedAt']).toBe('string')
    const { stdout } = await custody(place, 'licenses')
    for (const text of [made.licenseId, made.keyId, 'held', 'Play 5/5', 'Copy 1/2', TITLE]) expect(stdout).toContain(text)
    expect(await only('licenses', 'show', made.licenseId.toUpperCase())).toEqual(line)
    const sheet = (await custody(place, 'licenses', 'show', made.licenseId)).stdout
    for (const text of ['Copy 1 of 2 left', CLEAR_KEY, TITLE, '"rights"']) expect(sheet).toContain(text)
  }, LONG)

  it('LI-6: a query that is allowed has no bits, and names the license that is used first and what remains', async () => {
    const answer = await only('licenses', 'query', made.keyId, 'Copy')
    expect(answer).toMatchObject({ allowed: true, bits: 0, refusals: [], licenses: [{ licenseId: made.licenseId }] })
    expect(JSON.stringify(answer['licenses'])).toContain('"left":1')
  }, LONG)

  it('takes a key ID as hex, with hyphens and as base64 in the byte order of a GUID', async () => {
    const hex = made.keyId
    const hyphened = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    const bytes = Buffer.from(hex, 'hex')
    // The first three fields of a GUID are little-endian in its bytes.
    const guid = Buffer.from(bytes)
    guid.subarray(0, 4).reverse()
    guid.subarray(4, 6).reverse()
    guid.subarray(6, 8).reverse()
    for (const spelling of [hex.toUpperCase(), hyphened, guid.toString('base64')]) {
      expect(await only('licenses', 'query', spelling, 'Play')).toMatchObject({ keyId: hex, allowed: true })
    }
  }, LONG)

  it.each([
    ['LI-1: a right that is not granted', 'PlaylistBurn', 0x5, 'LI-1'],
    ['R6: an action that there is not', 'Teleport', 0x5, 'R6'],
  ])('%s: exit 1, the reason with rule and bits', async (_, action, bits, rule) => {
    const outcome = await runCustody(place, ['--json', 'licenses', 'query', made.keyId, action])
    expect(outcome.exit).toBe(1)
    expect(jsonLines(outcome)).toMatchObject([{ allowed: false, bits, refusals: [{ rule, bits }] }])
    expect(outcome.stderr).toContain(`(${rule}, 0x${bits.toString(16)})`)
  }, LONG)

  it('LI-1: content without a license: exit 1 with bit 0x2', async () => {
    const outcome = await runCustody(place, ['--json', 'licenses', 'query', '00'.repeat(16), 'Play'])
    expect(outcome.exit).toBe(1)
    expect(jsonLines(outcome)).toMatchObject([{ allowed: false, bits: 0x3 }])
  }, LONG)

  it.each([
    [['query', 'xyz', 'Play'], 2],
    [['query', '00'.repeat(16)], 2],
    [['query', '00'.repeat(16), 'Play', '--level', 'smell=3'], 2],
    [['query', '00'.repeat(16), 'Play', '--security-version', 'new'], 2],
    [['show', '01a20000-0000-7000-8000-000000000000'], 1],
    [['show', 'nonsense'], 1],
    [['distrust', 'nobody'], 2],
    [['distrust', 'A'.repeat(43)], 1],
  ])('licenses %j ends with %d', async (words, exit) => {
    const outcome = await runCustody(place, ['licenses', ...words])
    expect({ exit: outcome.exit, stdout: outcome.stdout }).toEqual({ exit, stdout: '' })
    expect(outcome.stderr).not.toBe('')
  }, LONG)

  it('no title stands in clear in the database, before and after it was read', () => {
    for (const name of ['events.db', 'events.db-wal']) {
      const bytes = ((): Buffer => {
        try {
          return readFileSync(join(place.home, name))
        } catch {
          return Buffer.alloc(0)
        }
      })()
      expect({ name, found: bytes.includes(TITLE) || bytes.includes(Buffer.from(TITLE, 'utf16le')) }).toEqual({ name, found: false })
    }
  })

  it('issuers are trusted and distrusted by their public key, and both is recorded', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(place.at('issuer.jwk'), JSON.stringify(createPublicKey(privateKey).export({ format: 'jwk' })))
    const issuer = String((await only('licenses', 'trust', place.at('issuer.jwk')))['issuer'])
    const listed = jsonLines(await custody(place, '--json', 'licenses', 'issuers'))
    expect(listed).toMatchObject([{ origin: 'own' }, { issuer, origin: 'added' }])
    await custody(place, 'licenses', 'distrust', issuer)
    expect(jsonLines(await custody(place, '--json', 'licenses', 'issuers'))).toHaveLength(1)
    expect(await loggedTypes(place)).toEqual(expect.arrayContaining(['IssuerTrusted', 'IssuerDistrusted']))
    // A private key is no public one, and none of it is repeated.
    const secret = privateKey.export({ format: 'jwk' })
    writeFileSync(place.at('private.jwk'), JSON.stringify(secret))
    const refused = await runCustody(place, ['licenses', 'trust', place.at('private.jwk')])
    expect({ exit: refused.exit, stdout: refused.stdout }).toEqual({ exit: 3, stdout: '' })
    expect(refused.stderr).not.toContain(String(secret.d))
  }, LONG)

  it('the device is shown with public keys alone', async () => {
    const device = await only('licenses', 'device')
    expect(device).toMatchObject({ epoch: 0, securityVersion: '2.2.0.0' })
    expect(Object.keys(device['agreement'] as object).sort()).toEqual(['crv', 'kty', 'x', 'y'])
  }, LONG)
})
