import { acquireLicense, type AcquisitionRequest } from '@custody/core/acquisition'
import type { Home } from '@custody/core/home'
import type { RequiredVersion } from '@custody/core/identity'
import { queryLicense, reserveUse } from '@custody/core/vault'

import { succeed } from '../authority/testing/temporary-authority'
import { eventsOf, licenseScene, newKeyId, type LicenseScene, type Way } from './testing/license-scene'

const WAYS: ReadonlyArray<Way> = ['embedded', 'http']

describe.each(WAYS)('a silent acquisition, %s', (way) => {
  let scene: LicenseScene
  let home: Home
  beforeEach(async () => {
    scene = await licenseScene(way)
    home = await scene.individualize(await scene.computer())
  })
  afterEach(() => scene.remove())

  const request = (members: Partial<AcquisitionRequest>): AcquisitionRequest => ({
    mode: 'silent',
    url: scene.address,
    urlState: 'untrusted',
    ...members,
  })
  const acquire = (members: Partial<AcquisitionRequest>, by = home) => eventsOf(acquireLicense(scene.env(by))(request(members)))

  it('LI-61, LI-64: one call, and the license is in the vault and can be used', async () => {
    const offer = await scene.offer()
    const events = await acquire({ keyId: offer.keyId })
    expect(events.at(0)).toMatchObject({ type: 'AcquisitionBegun', data: { mode: 'silent', keyId: offer.keyId, url: 'untrusted' } })
    expect(events.at(-1)).toMatchObject({ type: 'LicenseAcquired', data: { keyId: offer.keyId } })
    expect(events.map(({ type }) => type)).toContain('LicenseStored')
    expect(new Set(events.slice(-3).map(({ correlation }) => correlation)).size).toBe(1)
    const query = { keyId: offer.keyId, action: 'Play' } as const
    expect(await succeed(queryLicense(home)(query))).toMatchObject({ allowed: true })
    expect(await succeed(reserveUse(home)(query))).toMatchObject({ type: 'Reserved' })
  })

  it.each(['trusted', 'untrusted'] as const)('LI-68: the state of a URL that is %s stands first, for the application to warn', async (urlState) => {
    const { keyId } = await scene.offer()
    const events = await acquire({ keyId, urlState })
    expect(events.at(0)).toMatchObject({ type: 'AcquisitionBegun', data: { url: urlState } })
    expect(events.at(-1)?.type).toBe('LicenseAcquired')
  })

  it('LI-71: a base completes a relative URL, and neither the log nor the license keeps it', async () => {
    const { keyId } = await scene.offer()
    const events = await acquire({ keyId, url: './', baseUrl: scene.address })
    expect(events.at(-1)?.type).toBe('LicenseAcquired')
    const challenged = await acquire({ mode: 'non-silent', keyId, url: './', baseUrl: scene.address })
    expect(challenged.at(-1)).toMatchObject({ type: 'AcquisitionChallenged', data: { url: './' } })
    const log = await eventsOf(home.store.readAll())
    expect(log.filter(({ stream }) => stream === 'acquisition').some(({ data }) => JSON.stringify(data).includes(scene.address))).toBe(false)
  })

  it.each([
    ['nothing is offered', undefined, 'LicenseUnavailable', 'non-silent'],
    ['a person has to accept', { mode: 'non-silent' as const }, 'NotSilent', 'non-silent'],
    ['the component is too old', { minimumVersion: '2.10' as RequiredVersion }, 'IndividualizationRequired', 'individualize'],
  ])('LI-63, C-17: where %s, it says what to do', async (_, draft, reason, next) => {
    const keyId = draft === undefined ? newKeyId() : (await scene.offer(draft)).keyId
    const events = await acquire({ keyId })
    expect(events.map(({ type, data }) => [type, data]).at(-1)).toEqual([
      'AcquisitionRefused',
      { operation: expect.any(String), reason, next },
    ])
    expect(events).toHaveLength(2)
    expect(await succeed(queryLicense(home)({ keyId, action: 'Play' }))).toMatchObject({ allowed: false })
  })

  it('asks twice and has one license, whose counts are as they were', async () => {
    const { keyId } = await scene.offer({ conditions: { rights: [{ action: 'Play', windows: [{ count: 1 }] }] } })
    const first = await acquire({ keyId })
    await succeed(reserveUse(home)({ keyId, action: 'Play' }))
    const second = await acquire({ keyId })
    expect(second.map(({ type }) => type)).toEqual(['AcquisitionBegun', 'LicenseAcquired'])
    expect(second.at(-1)?.data).toMatchObject({ lid: (first.at(-1)?.data as { lid: string }).lid })
    expect(await succeed(queryLicense(home)({ keyId, action: 'Play' }))).toMatchObject({ allowed: false })
  })

  it('two computers get two licenses', async () => {
    const { keyId } = await scene.offer()
    const other = await scene.individualize(await scene.computer())
    const lids = [await acquire({ keyId }), await acquire({ keyId }, other)].map((events) => events.at(-1)?.data)
    expect(lids[0]).not.toEqual(lids[1])
    expect(await succeed(queryLicense(other)({ keyId, action: 'Play' }))).toMatchObject({ allowed: true })
  })
})
