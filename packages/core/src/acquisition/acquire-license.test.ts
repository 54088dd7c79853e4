import { lastValueFrom, toArray } from 'rxjs'

import { CoreError } from '../fault/core-error'
import type { Home } from '../home/home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import { acquireLicense } from './acquire-license'
import type { AcquisitionEnv, AcquisitionRequest } from './acquisition-env'
import { takeAcquisitionLock } from './acquisition-lock'
import { monitorAcquisition } from './monitor-acquisition'

const REQUEST: AcquisitionRequest = {
  mode: 'silent',
  keyId: 'ab'.repeat(16) as KeyId,
  url: 'https://rights.example',
  urlState: 'untrusted',
}

describe('an acquisition that asks nobody', () => {
  let place: TemporaryPlace
  let home: Home
  let contacts: string[]
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    contacts = []
  })
  afterEach(() => place.remove())

  const env = (): AcquisitionEnv => ({
    home,
    client: (server) => {
      contacts.push(server)
      throw new TypeError('nobody is to be asked')
    },
    wait: () => Promise.resolve(),
  })
  const events = async (request: Partial<AcquisitionRequest>) => {
    const all = await lastValueFrom(acquireLicense(env())({ ...REQUEST, ...request }).pipe(toArray()))
    expect(contacts).toEqual([])
    return all.map(({ type, data }) => [type, data])
  }
  const fault = async (request: Partial<AcquisitionRequest>) => {
    const before = (await succeed(home.store.head())).position
    const error = await events(request).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(CoreError)
    expect((await succeed(home.store.head())).position).toBe(before)
    return error instanceof CoreError ? error.fault : undefined
  }

  it('LI-62, P-2: without any URL is no start, and leaves no event', async () => {
    const { url: _, ...request } = REQUEST
    const error = await lastValueFrom(acquireLicense(env())(request)).catch((caught: unknown) => caught)
    expect(error).toEqual(new CoreError({ type: 'LicenseUrlMissing' }))
    expect(await fault({ url: '' })).toEqual({ type: 'LicenseUrlMissing' })
  })

  it.each(['silent', 'non-silent'] as const)('of content needs its key ID: %s', async (mode) => {
    const { keyId: _, ...request } = REQUEST
    const error = await lastValueFrom(acquireLicense(env())({ ...request, mode })).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ fault: { type: 'BadInput', where: 'key ID' } })
  })

  it('LI-65, P-2: is refused while another one runs on the home, and leaves no event', async () => {
    const release = await succeed(takeAcquisitionLock(home))
    expect(await fault({})).toEqual({ type: 'Acquiring' })
    release()
    expect(await events({})).toHaveLength(2)
  })

  it.each(['silent', 'non-silent', 'pre-delivery'] as const)('LI-68: goes no further for a URL that was tampered with: %s', async (mode) => {
    expect(await events({ mode, urlState: 'tampered' })).toEqual([
      ['AcquisitionBegun', expect.objectContaining({ mode, url: 'tampered' })],
      ['AcquisitionRefused', expect.objectContaining({ reason: 'UrlTampered', next: 'report' })],
    ])
  })

  it.each(['silent', 'non-silent', 'pre-delivery'] as const)('IN-28: a home that is not individualized has to be that first: %s', async (mode) => {
    const keyId = mode === 'pre-delivery' ? null : REQUEST.keyId
    const [begun, refused] = await events({ mode })
    expect(begun).toEqual(['AcquisitionBegun', { operation: expect.any(String), mode, keyId, url: 'untrusted' }])
    expect(refused).toEqual(['AcquisitionRefused', { operation: expect.any(String), reason: 'NotIndividualized', next: 'individualize' }])
  })

  it('a wait for a challenge that this home did not make is no start', async () => {
    const error = await lastValueFrom(monitorAcquisition(env())({ challenge: 'a.b.c' })).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ fault: { type: 'BadInput', where: 'challenge' } })
  })
})
