import { fail, temporaryPlace } from '../home/testing/temporary-home'
import { presentCredential } from './present-credential'

it('IN-13: a home that was never individualized works without a credential of a service', async () => {
  const place = temporaryPlace()
  const home = await place.open()
  expect(await fail(presentCredential(home))).toEqual({ type: 'NotIndividualized' })
  place.remove()
})
