import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@custody/core/clock'
import { openHome } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import * as E from 'fp-ts/Either'

import { explainRefusal } from './explain-refusal'

describe('the example of an explanation', () => {
  it('LI-12: tells the rule, the events and what would change it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-example-'))
    const place = { directory: join(folder, 'home'), machineFile: join(folder, 'machine') }
    const opened = await openHome({ ...place, clock: systemClock, random: systemRandom })()
    if (E.isLeft(opened)) throw new Error(opened.left.type)
    try {
      const lines = await explainRefusal(opened.right)
      expect(lines.slice(0, 2)).toEqual(['replay: equal', 'change: UseGivenBack'])
      expect(lines).toContain('    LI-12: all 1 uses are spent')
    } finally {
      opened.right.close()
      rmSync(folder, { recursive: true })
    }
  })
})
