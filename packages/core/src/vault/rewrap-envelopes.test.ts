import { VAULT_KEYS_STREAM, VaultGenerationsSuperseded } from '../device/vault-generation-event'
import { newEvent } from '../event/define-event'
import type { Home } from '../home/home'
import { succeed, temporaryPlace } from '../home/testing/temporary-home'
import { withAppend } from '../individualization/testing/individualized-home'
import { deleteLicense } from './delete-license'
import { envelopeGeneration, licenseEnvelopeKey } from './key-envelope'
import { rewrapEnvelopes } from './rewrap-envelopes'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'
import { openVaultGeneration } from './vault-generations'

it('wraps all anew, and does not bring back the envelope of a license that is deleted meanwhile', async () => {
  const place = temporaryPlace()
  const home = await place.open()
  const issuer = testIssuer()
  await succeed(trustIssuer(home)(issuer.jwk))
  const licenses = [issuer.license({ members: { persist: 'temporary' } }), issuer.license()]
  for (const license of licenses) await succeed(storeTestLicense(home)(license))
  await succeed(openVaultGeneration(home)('backup'))
  await succeed(openVaultGeneration(home)('local'))
  const superseded = [newEvent(VaultGenerationsSuperseded, { upTo: 2 })]
  await succeed(home.store.append({ appends: [{ stream: VAULT_KEYS_STREAM, expectedRevision: 2, events: superseded }] }))
  const [gone, kept] = licenses.map(({ lid }) => ({ issuer: issuer.id, lid }))
  if (gone === undefined || kept === undefined) throw new Error('two licenses')
  let deleted = false
  const append: Home['store']['append'] = (request) => async () => {
    if (!deleted) {
      deleted = true
      await succeed(deleteLicense(home)({ ...gone, force: true }))
    }
    return home.store.append(request)()
  }
  expect(await rewrapEnvelopes(withAppend(home, append), 2)).toBe(1)
  expect(await succeed(home.store.state('key-envelope', licenseEnvelopeKey(gone)))).toBeUndefined()
  const envelope = await succeed(home.store.state('key-envelope', licenseEnvelopeKey(kept)))
  expect(envelope && envelopeGeneration(envelope)).toBe(4)
  place.remove()
})
