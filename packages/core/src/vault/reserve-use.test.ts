import * as E from 'fp-ts/Either'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import { usageKey } from '../license/usage'
import { secretEquals } from '../secret/secret'
import { heldContentKey } from './content-key'
import { heldLicenses } from './held-licenses'
import type { LicenseName } from './license-name'
import { readHolding } from './read-holding'
import { reserveUse, type UseAnswer } from './reserve-use'
import { returnAbandonedUses } from './return-abandoned-uses'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer, type TestLicense } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'
import { returnUse, stepUse } from './use-step'

const times = (count: number) => ({ rights: [{ action: 'Play', windows: [{ count }] }] })

describe('taking uses', () => {
  let place: TemporaryPlace
  let home: Home
  let issuer: TestIssuer
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    issuer = testIssuer()
    await succeed(trustIssuer(home)(issuer.jwk))
  })
  afterEach(() => place.remove())

  const stored = async (license: TestLicense): Promise<TestLicense> => {
    await succeed(storeTestLicense(home)(license))
    return license
  }
  const chain = async (rootCount: number, leafCount: number) => {
    const root = await stored(issuer.license({ members: { chain: { role: 'root' }, ...times(rootCount) } }))
    return { root, leaf: await stored(issuer.license({ root, members: times(leafCount) })) }
  }
  const play = (keyId: KeyId, by = home): Promise<UseAnswer> => succeed(reserveUse(by)({ keyId, action: 'Play' }))
  const used = async ({ lid }: Pick<LicenseName, 'lid'>): Promise<number> => {
    const { state } = await succeed(readHolding(home.store, { issuer: issuer.id, lid }))
    return state.state.usage.get(usageKey('Play', 0)) ?? 0
  }
  const useOf = (answer: UseAnswer): string => {
    if (answer.type !== 'Reserved') throw new Error(JSON.stringify(answer))
    return answer.useId
  }
  const release = (useId: string, keyIds: ReadonlyArray<KeyId> = []) =>
    stepUse(home, { type: 'ReleaseKey', useId, grantId: 'grant', keyIds })

  it('LI-17: takes the count from the license of highest priority that applies, once per use', async () => {
    const low = await stored(issuer.license({ members: { priority: 1, ...times(5) } }))
    const { keyId } = low
    const spent = await stored(issuer.license({ keyId, members: { priority: 9, rights: [{ action: 'Copy' }] } }))
    const high = await stored(issuer.license({ keyId, members: { priority: 3, ...times(1) } }))
    await play(keyId)
    expect(await Promise.all([low, high, spent].map(used))).toEqual([0, 1, 0])
    // When one license is spent the next is asked.
    await play(keyId)
    expect(await Promise.all([low, high, spent].map(used))).toEqual([1, 1, 0])
  })

  it('P-13: a use takes one from a simple license', async () => {
    const license = await stored(issuer.license({ members: times(3) }))
    await play(license.keyId)
    expect(await used(license)).toBe(1)
  })

  it('P-13, LI-58: a use takes one from the leaf and one from the root, in one append', async () => {
    const { root, leaf } = await chain(5, 3)
    const useId = useOf(await play(leaf.keyId))
    expect([await used(leaf), await used(root)]).toEqual([1, 1])
    const events: unknown[] = []
    home.store.read(`use-${useId}`).subscribe(({ type, time, data }) => events.push({ type, time, lid: (data as LicenseName).lid }))
    expect(events).toMatchObject([
      { type: 'UseReserved', lid: leaf.lid },
      { type: 'UseReserved', lid: root.lid },
    ])
    await succeed(returnUse(home, useId, 'cancelled'))
    expect([await used(leaf), await used(root)]).toEqual([0, 0])
    await succeed(returnUse(home, useId, 'cancelled'))
    expect([await used(leaf), await used(root)]).toEqual([0, 0])
  })

  it('LI-57: a spent root blocks the leaf', async () => {
    const { leaf } = await chain(1, 3)
    await play(leaf.keyId)
    expect(await play(leaf.keyId)).toMatchObject({ type: 'Refused', refusals: [{ reason: 'Exhausted' }] })
    expect(await used(leaf)).toBe(1)
  })

  it('LI-59: a leaf whose root is not here takes nothing', async () => {
    const root = issuer.license({ members: { chain: { role: 'root' } } })
    const leaf = await stored(issuer.license({ root, members: times(3) }))
    expect(await play(leaf.keyId)).toMatchObject({ type: 'Refused', refusals: [{ reason: 'UplinkMissing', bits: 0x1001 }] })
    await stored(root)
    expect((await play(leaf.keyId)).type).toBe('Reserved')
  })

  it('LI-56: a leaf’s key opens with its root’s, and with no other', async () => {
    const { leaf, root } = await chain(1, 1)
    const { candidates } = await succeed(heldLicenses(home)(leaf.keyId))
    const [held] = candidates
    if (held === undefined) throw new Error('no candidate')
    expect(secretEquals(await succeed(heldContentKey(home, held)), leaf.content.key)).toBe(true)
    const other = await stored(issuer.license({ members: { chain: { role: 'root' } } }))
    const [foreign] = (await succeed(heldLicenses(home)(other.keyId))).candidates
    expect(await fail(heldContentKey(home, { ...held, ...(foreign && { root: foreign }) }))).toMatchObject({ type: 'EnvelopeDamaged' })
    expect(await fail(heldContentKey(home, { license: held.license, state: held.state }))).toEqual({ type: 'UplinkMissing', keyId: root.keyId })
  })

  it('LI-20: the release of the key is told to every link', async () => {
    const { leaf, root } = await chain(5, 5)
    await succeed(release(useOf(await play(leaf.keyId))))
    for (const { lid } of [leaf, root]) {
      const { state } = await succeed(readHolding(home.store, { issuer: issuer.id, lid }))
      expect(state.state.firstUsedAt).toBe(place.clock.now())
      expect(state.state.reserved.size).toBe(0)
    }
  })

  it('R12: of release and return exactly one happens, whoever is first', async () => {
    const license = await stored(issuer.license({ members: times(9) }))
    const first = useOf(await play(license.keyId))
    await succeed(release(first))
    await succeed(returnUse(home, first, 'expired'))
    expect(await used(license)).toBe(1)
    const second = useOf(await play(license.keyId))
    await succeed(returnUse(home, second, 'expired'))
    expect(await fail(release(second))).toEqual({ type: 'UseNotOpen', stage: 'returned' })
    expect(await used(license)).toBe(1)
  })

  it('R12: a use that its process left behind comes back, once, by any process', async () => {
    const { leaf, root } = await chain(2, 2)
    await play(leaf.keyId)
    expect(await succeed(returnAbandonedUses(home))).toBe(0)
    place.clock.advance(31)
    const other = await place.open()
    await Promise.all([home, other, home, other].map((by) => succeed(returnAbandonedUses(by))))
    expect([await used(leaf), await used(root)]).toEqual([0, 0])
    expect(await succeed(returnAbandonedUses(home))).toBe(0)
  })

  describe('two that want the last use', () => {
    it('R12: one gets it', async () => {
      const { leaf, root } = await chain(1, 9)
      const homes = [home, await place.open(), home, await place.open()]
      const answers = await Promise.all(homes.map((by) => play(leaf.keyId, by)))
      expect(answers.map(({ type }) => type).sort()).toEqual(['Refused', 'Refused', 'Refused', 'Reserved'])
      expect([await used(leaf), await used(root)]).toEqual([1, 1])
    })

    it('twin of R12: without the expected revision both get it', async () => {
      const license = await stored(issuer.license({ members: times(1) }))
      const careless: Home = {
        ...home,
        store: {
          ...home.store,
          append: ({ expects: _, ...request }) =>
            home.store.append({
              ...request,
              appends: request.appends.map((append) => ({ ...append, expectedRevision: 'any' })),
            }),
        },
      }
      const answers = await Promise.all([play(license.keyId, careless), play(license.keyId, careless)])
      expect(answers.map(({ type }) => type)).toEqual(['Reserved', 'Reserved'])
      expect(await used(license)).toBe(2)
    })
  })

  it('takes no use when the key is lost', async () => {
    const license = await stored(issuer.license({ members: times(1) }))
    const key = `license/${issuer.id}/${license.lid}`
    await succeed(home.store.append({ appends: [], state: [{ space: 'key-envelope', key, value: null }] }))
    const fault: CoreFault = await fail(reserveUse(home)({ keyId: license.keyId, action: 'Play' }))
    expect(fault).toEqual({ type: 'EnvelopeDamaged', lid: license.lid })
    expect(await used(license)).toBe(0)
    expect(E.isRight(await returnAbandonedUses(home)())).toBe(true)
  })
})
