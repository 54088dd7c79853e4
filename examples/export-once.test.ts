import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@custody/core/clock'
import { openHome } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import * as E from 'fp-ts/Either'

import { exportOnce } from './export-once'

const SAMPLE = join(__dirname, '..', 'packages', 'cli', 'sample', 'sample.asf')

describe('the example of a counted right', () => {
  it('LI-12: refuses the second export, with the reason as an event', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-example-'))
    const place = { directory: join(folder, 'home'), machineFile: join(folder, 'machine') }
    const opened = await openHome({ ...place, clock: systemClock, random: systemRandom })()
    if (E.isLeft(opened)) throw new Error(opened.left.type)
    try {
      expect(await exportOnce(opened.right, folder, SAMPLE)).toEqual(['LI-12: all 1 uses are spent'])
      expect(readdirSync(folder)).not.toContain('second')
    } finally {
      opened.right.close()
      rmSync(folder, { recursive: true })
    }
  })
})
