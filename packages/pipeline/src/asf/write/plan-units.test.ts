import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { FIXTURES } from '../testing/fixtures'
import { readGood } from '../testing/read-whole'
import { remux } from '../testing/remux'
import { largestPayload, LAYOUT } from './packet-layout'
import { createUnitPlanner } from './plan-units'

const PACKETS = fc.integer({ min: 64, max: 20_000 })

describe('planned units', () => {
  it('add up to their sample, and none is larger than a payload can be', () => {
    fc.assert(
      fc.property(PACKETS, fc.array(fc.tuple(fc.integer({ min: 1, max: 30_000 }), fc.boolean()), { maxLength: 30 }), (size, samples) => {
        const planner = createUnitPlanner(size)
        for (const [bytes, whole] of samples) {
          const { protected: units, count, first } = planner.next(bytes, whole)
          const lengths = Array.from(units).slice(first, first + count)
          expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes)
          expect(Math.max(...lengths)).toBeLessThanOrEqual(largestPayload(size, LAYOUT.replicated))
          expect(Math.min(...lengths)).toBeGreaterThan(0)
          if (whole && bytes <= largestPayload(size, LAYOUT.replicated)) expect(count).toBe(1)
        }
      }),
      { numRuns: runs(200) }
    )
  })

  it.each(FIXTURES)('are the payloads that the writer makes of $name by itself: not one packet more', async ({ bytes }) => {
    const { header, receiver } = await readGood(bytes())
    for (const packetSize of [256, 400, 1000, 3200, 16_384]) {
      const planner = createUnitPlanner(packetSize)
      const kinds = new Map(header.streams.map(({ number, kind }) => [number, kind]))
      const alone = await remux(header, receiver.samples, { packetSize })
      const planned = await remux(header, receiver.samples, {
        packetSize,
        dress: (sample) => ({ ...sample, units: planner.next(sample.size, kinds.get(sample.stream) === 'audio').protected }),
      })
      expect(planned.report.packets).toBe(alone.report.packets)
    }
  })

  it('of samples without bytes are none', () => {
    expect(createUnitPlanner(3200).next(0, true)).toMatchObject({ count: 0 })
  })
})
