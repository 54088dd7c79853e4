import type * as FsPromises from 'node:fs/promises'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'

import { openDirectoryTarget } from './directory-target'
import { must, settled, temporaryFolder } from './testing/temporary-folder'

const mockSeam: { failAt: number; calls: number } = { failAt: 0, calls: 0 }

// The real renames, of which one fails: no file system does that on request between two that succeed.
jest.mock('node:fs/promises', () => {
  const actual = jest.requireActual<typeof FsPromises>('node:fs/promises')
  return {
    ...actual,
    rename: async (from: string, to: string) => {
      mockSeam.calls += 1
      if (mockSeam.calls === mockSeam.failAt) throw Object.assign(new Error('rename'), { code: 'EIO' })
      return actual.rename(from, to)
    },
  }
})

describe('taking the place of a folder', () => {
  it.each([
    [1, 'SinkFailed'],
    [2, 'SinkFailed'],
    [3, 'SinkFailed'],
  ])('leaves the former folder under its name when rename %i fails', async (failAt, type) => {
    const folder = temporaryFolder()
    try {
      mkdirSync(folder.path('out'))
      writeFileSync(folder.path('out', 'old'), 'former')
      const target = await must(openDirectoryTarget(folder.path('out'), { overwrite: true }))
      Object.assign(mockSeam, { failAt, calls: 0 })
      expect(await settled(target.commit())).toEqual({ type, place: folder.path('out'), code: 'EIO' })
      await must(target.abort())
      expect([folder.names(), readdirSync(folder.path('out'))]).toEqual([['out'], ['old']])
    } finally {
      mockSeam.failAt = 0
      folder.remove()
    }
  })
})
