import { createPublicKey } from 'node:crypto'
import { lastValueFrom, toArray } from 'rxjs'

import { certify, testKey } from '../certificate/testing/authority'
import { systemRandom } from '../random/system-random'
import { openHome } from '../home/open-home'
import type { Home } from '../home/home'
import { foldStream } from '../home/fold-stream'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { SystemId } from '../identity/system-id'
import { timestampFromMicros, type Timestamp } from '../license/timestamp'
import { b64u } from '../encoding/b64u'
import { docDigest } from '../signed/doc-digest'
import { issueRevocationInformation, issueRevocationList } from './issue-revocation'
import { REVOCATION_KINDS, type RevocationKind } from './revocation-kind'
import { freshness } from './freshness'
import { isListed, informationVersion } from './revocation-state'
import { storeRevocationData, storeRevocationsOf } from './store-revocation-data'
import { evolve, initial } from './revocation-decider'
import { REVOCATION_EVENTS } from './revocation-event'
import { revocationState, storedRevocation } from './stored-revocation'
import { name } from './testing/revocation-data'

const HOUR = 3600 * 1_000_000
const root = testKey()

describe('storeRevocationData', () => {
  let place: TemporaryPlace
  const homes: Home[] = []
  const open = async (authorityRoot?: ReturnType<typeof createPublicKey>): Promise<Home> => {
    const known = authorityRoot === undefined ? {} : { authorityRoot }
    const home = await succeed(openHome({ ...place, random: systemRandom, ...known }))
    homes.push(home)
    return home
  }
  const dates = (): { issued: Timestamp; nextUpdate: Timestamp } => ({
    issued: timestampFromMicros(place.clock.now() - HOUR),
    nextUpdate: timestampFromMicros(place.clock.now() + HOUR),
  })
  const list = (version: string, entries: ReadonlyArray<string> = [], kind: RevocationKind = 'application', key = root): string =>
    issueRevocationList(key, { kind, version, entries, ...dates() })
  const types = async (home: Home): Promise<ReadonlyArray<string>> =>
    (await lastValueFrom(home.store.read('revocation').pipe(toArray()))).map(({ type }) => type)

  beforeEach(() => {
    place = temporaryPlace()
  })
  afterEach(() => {
    homes.splice(0).forEach((home) => home.close())
    place.remove()
  })

  it('RV-13: stores lists and information, and another process of the home knows them', async () => {
    const home = await open(createPublicKey(root))
    expect(await succeed(revocationState(home))).toMatchObject({ information: null, forks: [] })
    await succeed(storeRevocationData(home)(list('4', [name('a')])))
    await succeed(storeRevocationData(home)(list('1', [name('d')], 'device')))
    await succeed(storeRevocationData(home)(issueRevocationInformation(root, { version: '9', lists: [], ...dates() })))
    const other = await open(createPublicKey(root))
    const state = await succeed(revocationState(other))
    expect(informationVersion(state)).toBe('9')
    expect(isListed(state, 'application', [name('a')])).toBe(true)
    expect(isListed(state, 'device', [name('a')])).toBe(false)
    expect(freshness(state, 'device', place.clock.now())).toBe('fresh')
    expect(freshness(state, 'networkDevice', place.clock.now())).toBe('none')
    expect(await types(other)).toEqual(['RevocationListStored', 'RevocationListStored', 'RevocationInformationStored'])
  })

  it('RV-2: a newer list replaces the stored one, an older one is refused and changes nothing', async () => {
    const home = await open(createPublicKey(root))
    for (const version of ['4', '5', '6']) await succeed(storeRevocationData(home)(list(version, [name(version)])))
    expect(await fail(storeRevocationData(home)(list('5')))).toMatchObject({ type: 'RevocationRolledBack', stored: '6', found: '5' })
    const state = await succeed(revocationState(home))
    expect(state.lists.get('application')).toMatchObject({ version: 6n, entries: new Set([name('6')]) })
    expect(await types(home)).toHaveLength(3)
  })

  it('the signed document stands in the log with its digest, byte for byte', async () => {
    const home = await open(createPublicKey(root))
    const jws = list('4', [name('a')])
    const [event] = await succeed(storeRevocationData(home)(jws))
    expect(event?.data).toEqual({
      kind: 'application',
      version: '4',
      digest: b64u(docDigest(jws)),
      document: jws,
      certificates: [],
    })
    expect(await succeed(storeRevocationData(home)(jws))).toEqual([])
  })

  it('a fork is refused each time, and its alarm is recorded once', async () => {
    const home = await open(createPublicKey(root))
    await succeed(storeRevocationData(home)(list('4', [name('a')])))
    const forked = list('4')
    expect(await fail(storeRevocationData(home)(forked))).toMatchObject({ type: 'RevocationForked', version: '4' })
    expect(await fail(storeRevocationData(home)(forked))).toMatchObject({ type: 'RevocationForked' })
    expect(await types(home)).toEqual(['RevocationListStored', 'RevocationForkSeen'])
    const state = await succeed(revocationState(home))
    expect(state.forks).toMatchObject([{ kind: 'application', version: 4n, found: b64u(docDigest(forked)) }])
    expect(isListed(state, 'application', [name('a')])).toBe(true)
    await succeed(storeRevocationData(home)(list('5')))
    expect((await succeed(revocationState(home))).forks).toHaveLength(1)
  })

  it('R6: a home without a root believes no list', async () => {
    const home = await open()
    const why = 'no root is configured'
    expect(await fail(storeRevocationData(home)(list('4')))).toEqual({ type: 'CertificateInvalid', where: 'root', why })
    expect(await types(home)).toEqual([])
  })

  it('a list key comes with its certificates, and they are kept', async () => {
    const home = await open(createPublicKey(root))
    const key = testKey()
    const certificate = certify(root, key, {
      use: 'service',
      systems: [REVOCATION_KINDS.application as SystemId],
      from: timestampFromMicros(place.clock.now() - HOUR),
      until: timestampFromMicros(place.clock.now() + HOUR),
    })
    const jws = list('4', [], 'application', key)
    expect(await fail(storeRevocationData(home)(jws))).toMatchObject({ type: 'RevocationMalformed', where: 'header/kid' })
    const [event] = await succeed(storeRevocationData(home)(jws, [certificate]))
    expect(event?.data).toMatchObject({ certificates: [certificate] })
  })

  it('RV-2: lists ride in licenses; what is older there is passed over', async () => {
    const home = await open(createPublicKey(root))
    await succeed(storeRevocationData(home)(list('5', [name('a')])))
    const stored = await succeed(storeRevocationsOf(home)([list('4'), list('1', [], 'device'), list('5', [name('a')])], []))
    expect(stored.map(({ type }) => type)).toEqual(['RevocationListStored'])
    const state = await succeed(revocationState(home))
    expect(state.lists.get('application')?.version).toBe(5n)
    expect(state.lists.get('device')?.version).toBe(1n)
    expect(await fail(storeRevocationsOf(home)([list('5')], []))).toMatchObject({ type: 'RevocationForked' })
    expect(await fail(storeRevocationsOf(home)(['junk'], []))).toMatchObject({ type: 'RevocationMalformed' })
  })

  it('what is read by the model of events in force equals the fold of the whole stream', async () => {
    const home = await open(createPublicKey(root))
    for (const version of ['1', '2', '3']) {
      await succeed(storeRevocationData(home)(list(version, [name(version)])))
      await succeed(storeRevocationData(home)(list(version, [name(version)], 'device')))
      await succeed(storeRevocationData(home)(issueRevocationInformation(root, { version, lists: [], ...dates() })))
    }
    await fail(storeRevocationData(home)(list('3')))
    const whole = await succeed(foldStream(home.store, 'revocation', { definitions: REVOCATION_EVENTS, initial, evolve }))
    expect(whole.revision).toBe(10)
    const { state, revision } = await succeed(storedRevocation(home.store))
    expect({ state, revision }).toEqual({ state: whole.state, revision: whole.revision })
  })

  it('P-26: two processes that race leave the highest version', async () => {
    const [one, two] = [await open(createPublicKey(root)), await open(createPublicKey(root))]
    const tasks = Array.from({ length: 10 }, (_, at) => storeRevocationData(at % 2 === 0 ? one : two)(list(String(at + 1))))
    await Promise.all(tasks.map((task) => task()))
    expect((await succeed(revocationState(two))).lists.get('application')?.version).toBe(10n)
    const versions = (await lastValueFrom(one.store.read('revocation').pipe(toArray()))).map(({ data }) => Number((data as { version: string }).version))
    expect(versions).toEqual([...versions].sort((a, b) => a - b))
  })
})
