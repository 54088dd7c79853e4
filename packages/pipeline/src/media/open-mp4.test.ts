import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import type { ByteSource } from '../io/byte-source'
import { u32 } from '../isobmff/write/big-endian'
import { openMp4 } from './open-mp4'

const MIB = 1024 * 1024

/** A pipe with one box that says nothing, of 3 GiB, and how much of it was asked for. */
const emptyBox = (): { readonly source: ByteSource; readonly asked: () => number } => {
  const front = [...u32(3 * 1024 * MIB), ...Buffer.from('free')]
  let given = 0
  const read: ByteSource['read'] = (into) =>
    TE.fromIO(() => {
      into.fill(0)
      if (given === 0) into.set(front)
      given += into.length
      return into.length
    })
  return { source: { place: 'pipe', length: undefined, read, close: () => TE.right(undefined) }, asked: () => given }
}

describe('bytes in front of the movie header', () => {
  it('fill no memory: a file with more of them than a header has is refused', async () => {
    const { source, asked } = emptyBox()
    const opened = await openMp4(source)()
    expect(opened).toEqual(
      E.left({ type: 'UnsupportedMedia', at: 80 * MIB, what: 'a movie header that does not end in the first 80 MiB' })
    )
    expect(asked()).toBeLessThan(81 * MIB)
  })
})
