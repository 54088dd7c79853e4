import { createPublicKey } from 'node:crypto'
import { firstValueFrom, map, toArray } from 'rxjs'

import type { Home } from '../home/home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { thumbprint } from '../signed/thumbprint'
import { AUTHORITY_STREAM } from './authority-event'
import { homeAuthority } from './home-authority'
import { meetAuthority } from './meet-authority'
import { testKey, trustOffer } from './testing/test-trust'

const root = testKey()
const other = testKey()

describe('the authority of a home', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const types = (): Promise<ReadonlyArray<string>> =>
    firstValueFrom(home.store.read(AUTHORITY_STREAM).pipe(map(({ type }) => type), toArray()))

  it('is unknown before the first contact, and no certificate is believed', async () => {
    expect(await fail(homeAuthority(home))).toEqual({ type: 'AuthorityUnknown' })
    expect(home.authorityRoot).toBeUndefined()
  })

  it('is pinned by the first trust document, for this process and the next', async () => {
    const met = await succeed(meetAuthority(home)(trustOffer(root)))
    expect(met).toMatchObject({ authority: thumbprint(root), trust: { restoreLimit: 3 } })
    expect(home.authorityRoot?.equals(createPublicKey(root))).toBe(true)
    expect((await place.open()).authorityRoot?.equals(createPublicKey(root))).toBe(true)
    expect(await types()).toEqual(['AuthorityPinned', 'TrustDocumentStored'])
  })

  it('stays the same: another root is refused, whatever it signs', async () => {
    await succeed(meetAuthority(home)(trustOffer(root)))
    const found = { type: 'AuthorityOther', pinned: thumbprint(root), found: thumbprint(other) }
    expect(await fail(meetAuthority(home)(trustOffer(other, { version: 9 })))).toEqual(found)
    expect(await fail(meetAuthority(home)({ ...trustOffer(other), root: trustOffer(root).root }))).toEqual(found)
  })

  it('is never another one than the program configured', async () => {
    const configured = await place.open(undefined, { authorityRoot: createPublicKey(root) })
    expect(await fail(meetAuthority(configured)(trustOffer(other)))).toMatchObject({ type: 'AuthorityOther' })
    expect(await succeed(meetAuthority(configured)(trustOffer(root)))).toMatchObject({ authority: thumbprint(root) })
  })

  it('shows rising trust documents only', async () => {
    await succeed(meetAuthority(home)(trustOffer(root, { version: 5 })))
    expect(await fail(meetAuthority(home)(trustOffer(root, { version: 4 })))).toEqual({ type: 'TrustRolledBack', stored: 5, found: 4 })
    expect(await fail(meetAuthority(home)(trustOffer(root, { version: 5, restoreLimit: 9 })))).toMatchObject({ type: 'TrustDocumentInvalid' })
    await succeed(meetAuthority(home)(trustOffer(root, { version: 6, restoreLimit: 9 })))
    expect((await succeed(homeAuthority(home))).trust).toMatchObject({ version: 6, restoreLimit: 9 })
  })

  it('stores a document once, however often it is offered', async () => {
    const offer = trustOffer(root)
    for (let count = 0; count < 3; count++) await succeed(meetAuthority(home)(offer))
    expect(await types()).toEqual(['AuthorityPinned', 'TrustDocumentStored'])
  })

  it.each([
    ['a cut one', (jws: string) => jws.slice(0, -4)],
    ['an unsigned one', (jws: string) => `${jws.split('.').slice(0, 2).join('.')}.`],
    ['no document', () => 'x'],
  ])('refuses %s', async (_, change) => {
    const { trust, root: jwk } = trustOffer(root)
    expect(await fail(meetAuthority(home)({ trust: change(trust), root: jwk }))).toMatchObject({ type: 'TrustDocumentInvalid' })
    expect(await types()).toEqual([])
  })
})
