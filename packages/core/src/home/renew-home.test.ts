import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { continuityToken, keepContinuity } from '../authority/continuity'
import { farSide } from '../individualization/testing/far-side'
import { individualized, typesOf } from '../individualization/testing/individualized-home'
import { systemRandom } from '../random/system-random'
import { licenseContentKey } from '../vault/content-key'
import { storedAcceptance } from '../vault/accept-stored'
import { storeTestLicense } from '../vault/testing/store-test-license'
import { testIssuer } from '../vault/testing/test-issuer'
import { trustIssuer } from '../vault/trust-issuer'
import { verifyHome } from '../verify/verify-home'
import { openHome } from './open-home'
import { renewHome } from './renew-home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from './testing/temporary-home'

describe('a home whose keys do not open here', () => {
  let place: TemporaryPlace
  beforeEach(() => {
    place = temporaryPlace()
  })
  afterEach(() => place.remove())

  const issuer = testIssuer()
  const options = () => ({ ...place, machineFile: join(place.root, 'elsewhere', 'secret'), random: systemRandom })

  it('BR-29, IN-18: becomes another computer by a renewal: its log goes on and verifies, its licenses wait for a restore', async () => {
    const far = farSide(place.clock)
    const home = await place.open()
    await succeed(trustIssuer(home)(issuer.jwk))
    const license = issuer.license()
    await succeed(storeTestLicense(home)(license))
    await individualized(home, far)
    await succeed(home.anchor)
    const { homeId, logId } = home
    home.close()

    const renewed = await succeed(renewHome(options()))
    expect(renewed.homeId).not.toBe(homeId)
    expect(renewed.logId).toBe(logId)
    expect(await succeed(renewed.device)).toEqual({ epoch: 2, securityVersion: '2.2.0.0' })
    expect(await succeed(continuityToken(renewed.store))).toBeUndefined()
    expect(readdirSync(place.directory)).toContain('keystore.unreadable-1')
    const accepted = (await succeed(storedAcceptance(renewed)))(license.document)
    if (accepted._tag === 'Left') throw new Error('not accepted')
    expect(await fail(licenseContentKey(renewed, accepted.right))).toMatchObject({ type: 'EnvelopeDamaged' })
    const other = issuer.license()
    await succeed(storeTestLicense(renewed)(other))

    const events = await individualized(renewed, far)
    expect(typesOf(events)).toContain('IndividualizationSucceeded')
    expect(far.bodies[1]?.scope).not.toEqual(far.bodies[0]?.scope)
    expect(far.bodies[1]).not.toHaveProperty('credential')
    expect(far.bodies[1]).not.toHaveProperty('continuity')
    await succeed(renewed.anchor)
    const verified = await succeed(verifyHome(renewed))
    expect(verified.anchors.logged).toBeGreaterThan(0)
    expect(verified.findings.filter(({ type }) => type === 'KeptAnchor')).toEqual([])
    renewed.close()
    const again = await succeed(openHome(options()))
    expect((await succeed(again.device)).epoch).toBe(3)
    again.close()
  })

  it('may be cut off at every step and repeated', async () => {
    const home = await place.open()
    await succeed(home.store.append({ appends: [keepContinuity('token')] }))
    home.close()
    renameSync(join(place.directory, 'keystore'), join(place.root, 'lost'))
    const lost = await succeed(openHome(options()))
    expect(await fail(lost.keystore.log())).toMatchObject({ type: 'KeystoreMissing' })
    lost.close()
    const renewed = await succeed(renewHome(options()))
    renewed.close()
    rmSync(join(place.directory, 'keystore'), { recursive: true })
    const again = await succeed(renewHome(options()))
    expect(existsSync(join(place.directory, 'keystore', 'epochs', '2'))).toBe(true)
    again.close()
  })

  it('a folder that is no home is not made one', async () => {
    expect(await fail(renewHome(options()))).toMatchObject({ type: 'KeystoreMissing' })
  })
})
