import { protectLicense } from '@custody/core/home'
import { renewalQuestion, renewComponents } from '@custody/core/individualization'

import { publishRevocation } from '../authority/publish-revocation'
import { succeed } from '../authority/testing/temporary-authority'
import { person, restoringScene, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)

describe('what is asked about the components of a home', () => {
  let scene: RestoringScene
  beforeAll(async () => {
    scene = await restoringScene()
  })
  afterAll(() => scene.remove())

  it('RV-6: is the newest information that a license of the content states, and nothing where none does', async () => {
    const home = (await scene.computer()).home()
    const conditions = (revocation?: string) => ({ rights: [{ action: 'Play' as const }], ...(revocation && { requires: { revocation } }) })
    const { keyId } = await succeed(protectLicense(home)({ conditions: conditions('7') }))
    const { keyId: other } = await succeed(protectLicense(home)({ conditions: conditions() }))
    expect((await succeed(renewalQuestion(home)(keyId))).needed).toBe('7')
    expect((await succeed(renewalQuestion(home)(other))).needed).toBeUndefined()
    expect((await succeed(renewalQuestion(home)())).needed).toBeUndefined()
  })

  it('RV-7, RV-12: names the key of the device, so that a revoked one is found; another one’s is not', async () => {
    const [home, other] = [(await scene.computer()).home(), (await scene.computer()).home()]
    const question = await succeed(renewalQuestion(home)())
    const [device] = question.certificates
    expect(question.certificates).toEqual([{ kind: 'device', thumbprint: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as string }])
    await succeed(publishRevocation(scene.operator.authority, 'device', [device?.thumbprint ?? '']))
    const needed = scene.operator.authority.revocation().version
    const renewed = async (of: typeof home) =>
      succeed(
        renewComponents({ home: of, client: scene.client(), service: 'management', consent: person('renew') })({
          ...(await succeed(renewalQuestion(of)())),
          needed,
        })
      )
    expect(await renewed(home)).toEqual({ type: 'NotRenewable', revoked: [device?.thumbprint] })
    expect(await renewed(other)).toMatchObject({ type: 'Clear' })
  })
})
