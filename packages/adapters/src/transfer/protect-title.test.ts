import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { titleOf } from '@custody/core/catalog'
import { listLicenses } from '@custody/core/vault'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import { protectMedia } from './protect-media'
import type { ProtectRequest } from './protect-request'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'

const FIXTURES = join(__dirname, '../../../../test/fixtures/asf')

describe('the title of protected media', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
  })
  afterEach(() => {
    place.remove()
  })

  /** Protects a fixture and answers the titles of its licenses, in the order in which they were issued. */
  const titlesAfter = async (input: string, request: Partial<ProtectRequest> = {}): Promise<ReadonlyArray<unknown>> => {
    const output = join(place.folder, 'protected.asf')
    const process = protectMedia({ home: place.home, registered: [] })({
      ...{ input: join(FIXTURES, input), output, scheme: 'mce' },
      ...request,
    })
    await lastValueFrom(process.pipe(toArray()))
    const licenses = await listLicenses(place.home)()
    if (E.isLeft(licenses)) throw new Error(licenses.left.type)
    return Promise.all(
      licenses.right.map(async ({ keyId }) => {
        const title = await titleOf(place.home)(keyId)()
        return E.isRight(title) ? title.right : title.left.type
      })
    )
  }

  it('is that of the input, in the catalog', async () => {
    // Content Description of the fixture, as its manifest says.
    expect(await titlesAfter('meta-chapters.wmv')).toEqual([{ type: 'Titled', title: 'Custody fixture' }])
  })

  it('is the one that was asked for', async () => {
    expect(await titlesAfter('meta-chapters.wmv', { title: 'Asked for' })).toEqual([{ type: 'Titled', title: 'Asked for' }])
  })

  it('is none for an input without one', async () => {
    expect(await titlesAfter('h264-aac.asf')).toEqual([{ type: 'Untitled' }])
  })

  it.each(['', 'a\u0007b', 'a'.repeat(257)])('is refused before a license is issued when it is %j', async (title) => {
    await expect(titlesAfter('h264-aac.asf', { title })).rejects.toMatchObject({ fault: { type: 'BadInput', where: 'title' } })
    expect((await listLicenses(place.home)()) as unknown).toEqual(E.right([]))
    expect(existsSync(join(place.folder, 'protected.asf'))).toBe(false)
  })
})
