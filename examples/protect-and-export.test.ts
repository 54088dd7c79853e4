import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { protectAndExport } from './protect-and-export'

const SAMPLE = join(__dirname, '..', 'packages', 'cli', 'sample', 'sample.asf')

describe('the example of the README', () => {
  it('makes a protected file and a package, and tells each step', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-example-'))
    try {
      const types = (await protectAndExport(folder, SAMPLE)).map(({ type }) => type)
      expect(types).toEqual(expect.arrayContaining(['LicenseStored', 'ProtectionEnded', 'ExportAuthorized']))
      expect(types.at(-1)).toBe('ExportEnded')
      for (const name of ['protected.asf', 'package/video.mp4', 'package/audio.mp4', 'package/manifest.mpd']) {
        expect([name, existsSync(join(folder, name))]).toEqual([name, true])
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
