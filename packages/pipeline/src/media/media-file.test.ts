import { createHash } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { FIXTURES } from '../asf/testing/fixtures'
import { memorySource } from '../asf/testing/memory-source'
import { readGood } from '../asf/testing/read-whole'
import { openMedia } from './media-file'

describe('opening media', () => {
  it.each(FIXTURES.map((each) => [each.name, each] as const))('names %s by what stands before its first packet', async (_, { bytes }) => {
    const { header } = await readGood(bytes())
    const wanted = createHash('sha256').update(bytes().subarray(0, header.data.firstPacketAt)).digest('base64url')
    for (const largestRead of [Infinity, 7]) {
      const file = await openMedia(memorySource(bytes(), largestRead))()
      if (E.isLeft(file)) throw new Error(file.left.type)
      expect(file.right.digest).toBe(wanted)
      expect([...file.right.tracks.keys()]).toEqual(file.right.description.tracks.map(({ number }) => number))
    }
  })

  it('says what is wrong with other files', async () => {
    expect(await openMedia(memorySource(new Uint8Array(100)))()).toMatchObject(E.left({ type: 'MalformedMedia', at: 0 }))
  })
})
