import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { readAsfHeader } from '../header/read-asf-header'
import { collectingReceiver } from '../testing/collecting-receiver'
import { memorySource } from '../testing/memory-source'
import { demuxAsf } from './demux-asf'

const FIXTURES = join(__dirname, '../../../../../test/fixtures/asf')
/** First bytes of a Simple Index Object on disk. @source docs/reference/asf.md §1.1 */
const SIMPLE_INDEX = Buffer.from('90080033b1e5cf1189f400a0c90349cb', 'hex')

const whole = readFileSync(join(FIXTURES, 'h264-aac.asf'))
const indexAt = whole.lastIndexOf(SIMPLE_INDEX)

const demux = async (bytes: Uint8Array, salvage = false) => {
  const source = memorySource(bytes)
  const header = await readAsfHeader(source)()
  if (E.isLeft(header)) throw new Error(header.left.type)
  return demuxAsf(source, header.right, collectingReceiver(), { salvage })()
}

describe('what stands behind the packets', () => {
  it('finds the index of the fixture where this test looks for it', () => {
    expect(indexAt).toBeGreaterThan(0)
    expect(indexAt + Number(whole.readBigUInt64LE(indexAt + 16))).toBe(whole.length)
  })

  it.each([1, 5, 60])('refuses a file that ends %i bytes early, inside its index, with the offset of its end', async (missing) => {
    const cut = whole.subarray(0, whole.length - missing)
    expect(await demux(cut)).toMatchObject(E.left({ type: 'TruncatedMedia', at: cut.length }))
    expect(await demux(cut, true)).toMatchObject(E.right({ warnings: [{ offset: cut.length }] }))
  })

  it.each([3, 20])('refuses a file that ends %i bytes into its index', async (kept) => {
    expect(await demux(whole.subarray(0, indexAt + kept))).toMatchObject(E.left({ type: 'TruncatedMedia', at: indexAt + kept }))
  })

  it('takes a file without an index, and one with something else behind it', async () => {
    expect(E.isRight(await demux(whole.subarray(0, indexAt)))).toBe(true)
    expect(E.isRight(await demux(Buffer.concat([whole.subarray(0, indexAt), Buffer.from('TAG'.padEnd(128))])))).toBe(true)
    expect(E.isRight(await demux(Buffer.concat([whole, Buffer.from('TAG'.padEnd(128))])))).toBe(true)
  })

  it('takes several index objects, and notices that the last is cut', async () => {
    const index = whole.subarray(indexAt)
    const two = Buffer.concat([whole, index])
    expect(E.isRight(await demux(two))).toBe(true)
    expect(await demux(two.subarray(0, two.length - 1))).toMatchObject(E.left({ type: 'TruncatedMedia', at: two.length - 1 }))
  })
})
