import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { systemRandom } from '@custody/core/random'
import { lastValueFrom, toArray } from 'rxjs'

import type { Authority } from './authority'
import { fileAnchors } from './file-anchors'
import { openAuthority, type AuthorityOptions } from './open-authority'
import { publishRevocation } from './publish-revocation'
import { rotateServiceKeys } from './rotate-service-keys'
import { authorityPlace, fail, succeed, type AuthorityPlace } from './testing/temporary-authority'

const REVOKED = `${'R'.repeat(42)}A`

describe('the anchored log of services', () => {
  let place: AuthorityPlace
  let kept: string
  beforeEach(() => {
    place = authorityPlace()
    kept = join(place.root, 'machine.d', 'anchors.json')
  })
  afterEach(() => place.remove())

  const anchored = (more: Partial<AuthorityOptions> = {}): Partial<AuthorityOptions> => ({
    anchors: () => fileAnchors(kept, systemRandom),
    ...more,
  })
  const faultOf = (more: Partial<AuthorityOptions> = anchored()): Promise<unknown> => {
    const { directory, clock } = place
    return fail(openAuthority({ directory, clock, random: systemRandom, ...more }))
  }
  const revoke = (authority: Authority) => succeed(publishRevocation(authority, 'device', [REVOKED]))
  const end = async (authority: Authority): Promise<void> => {
    await succeed(authority.anchor)
    authority.close()
  }
  const logAside = () => join(place.root, 'aside')
  /** Keeps the log of this moment; the authority is closed. */
  const setAside = (): void => {
    rmSync(logAside(), { recursive: true, force: true })
    mkdirSync(logAside())
    for (const name of ['events.db', 'events.db-wal']) {
      if (existsSync(join(place.directory, name))) cpSync(join(place.directory, name), join(logAside(), name))
    }
  }
  const putBack = (): void => {
    for (const name of ['events.db', 'events.db-wal', 'events.db-shm']) rmSync(join(place.directory, name), { force: true })
    cpSync(logAside(), place.directory, { recursive: true })
  }
  const grown = async (): Promise<number> => {
    await end(await place.open(anchored()))
    setAside()
    const authority = await place.open(anchored())
    await revoke(authority)
    const { position } = await succeed(authority.store.head())
    await end(authority)
    return position
  }

  it('R11: a log that was put back to an earlier day does not open; without anchors it does (the twin)', async () => {
    const position = await grown()
    putBack()
    expect(await faultOf()).toEqual({ type: 'LogTruncated', have: expect.any(Number) as number, anchored: position })
    const unseen = await place.open()
    expect(unseen.revocation().lists.get('device')?.version).not.toBe('2')
    unseen.close()
  })

  it('R11: nor does one that was put back and grew past its anchor meanwhile', async () => {
    await grown()
    putBack()
    const other = await place.open()
    for (let count = 0; count < 3; count += 1) await revoke(other)
    other.close()
    expect(await faultOf()).toMatchObject({ type: 'LogBroken' })
  })

  it('opens as it was, whole, and while it runs is anchored at its pace', async () => {
    await grown()
    const authority = await place.open(anchored({ anchorPace: { events: 1, after: 600_000 } }))
    const before = readFileSync(kept, 'utf8')
    await revoke(authority)
    for (let tries = 0; readFileSync(kept, 'utf8') === before && tries < 100; tries += 1) await delay(10)
    expect(readFileSync(kept, 'utf8')).not.toBe(before)
    authority.close()
    await end(await place.open(anchored()))
  })

  it('an end after which nothing grew adds no anchor', async () => {
    await grown()
    const before = readFileSync(kept, 'utf8')
    await end(await place.open(anchored()))
    expect(readFileSync(kept, 'utf8')).toBe(before)
  })

  it('the operator may take such a log for right: that stands in it, and it is anchored anew', async () => {
    const position = await grown()
    putBack()
    const taken = await place.open(anchored({ acceptLog: true }))
    const events = await lastValueFrom(taken.store.read('authority-log').pipe(toArray()))
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      ['AuthorityLogAccepted', { fault: 'LogTruncated', position: expect.any(Number) as number }],
    ])
    expect((events[0]?.data as { readonly position: number }).position).toBeLessThan(position)
    await end(taken)
    const again = await place.open(anchored({ acceptLog: true }))
    expect(await lastValueFrom(again.store.read('authority-log').pipe(toArray()))).toHaveLength(1)
    await end(again)
    expect((JSON.parse(readFileSync(kept, 'utf8')) as { readonly anchors: ReadonlyArray<string> }).anchors).toHaveLength(1)
  })

  it('anchors outlive the key that signed them, and those of a stranger are none', async () => {
    await grown()
    const authority = await place.open(anchored())
    await succeed(rotateServiceKeys(authority, 'management-signing'))
    // Nothing of the new key is kept: the former one vouches alone.
    authority.close()
    const text = readFileSync(kept, 'utf8')
    putBack()
    expect(await faultOf()).toMatchObject({ type: 'LogTruncated' })
    const stranger = authorityPlace()
    writeFileSync(join(stranger.root, 'anchors.json'), text)
    const theirs = await stranger.open({ anchors: () => fileAnchors(join(stranger.root, 'anchors.json'), systemRandom) })
    await succeed(theirs.anchor)
    stranger.remove()
  })

  it('a place that takes or gives no anchors stops nothing', async () => {
    writeFileSync(join(place.root, 'file'), '')
    const blocked = { anchors: () => fileAnchors(join(place.root, 'file', 'anchors.json'), systemRandom) }
    const authority = await place.open(blocked)
    await revoke(authority)
    await end(authority)
    mkdirSync(join(place.root, 'machine.d'))
    writeFileSync(kept, 'no JSON')
    await end(await place.open(anchored()))
    expect(readFileSync(kept, 'utf8')).toContain('anchors')
  })
})
