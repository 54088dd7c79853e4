import { open } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'

import { temporaryFolder, type TemporaryFolder } from './testing/temporary-folder'
import { writeAll } from './write-all'

const parts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 })

describe('writeAll', () => {
  let folder: TemporaryFolder
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('goes on after short writes, at a position and without one', async () => {
    const path = folder.path('short')
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 25 }), fc.boolean(), async (chunks, most, positioned) => {
        const file = await open(path, 'w')
        // The real file, behind a system that takes a few bytes at a time.
        const short = {
          writev: async (given: readonly Uint8Array[], position?: number) => {
            const all = Buffer.concat(given)
            const { bytesWritten } = await file.write(all, 0, Math.min(most, all.length), position ?? null)
            return { bytesWritten, buffers: given }
          },
        }
        const written = await writeAll(short as never, chunks, positioned ? 0 : undefined)
        await file.close()
        const wanted = Buffer.concat(chunks)
        expect(written).toBe(wanted.length)
        expect(readFileSync(path).equals(wanted)).toBe(true)
      }),
      { numRuns: 40 }
    )
  })

  it('takes more chunks than the system takes at once', async () => {
    const path = folder.path('many')
    const file = await open(path, 'w')
    const chunks = Array.from({ length: 2500 }, (_, index) => Uint8Array.of(index % 256))
    expect(await writeAll(file, chunks, 0)).toBe(2500)
    await file.close()
    expect(readFileSync(path).equals(Buffer.concat(chunks))).toBe(true)
  })

  it('ends when the system takes nothing, instead of asking for ever', async () => {
    const stuck = { writev: async (buffers: readonly NodeJS.ArrayBufferView[]) => ({ bytesWritten: 0, buffers: [...buffers] }) }
    await expect(writeAll(stuck as never, [Uint8Array.of(1)], 0)).rejects.toMatchObject({ code: 'EIO' })
  })
})
