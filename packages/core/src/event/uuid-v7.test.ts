import fc from 'fast-check'

import { systemClock } from '../clock/system-clock'
import { systemRandom } from '../random/system-random'
import { uuidsV7, uuidV7 } from './uuid-v7'

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const millisecondsOf = (id: string): number => parseInt(id.replaceAll('-', '').slice(0, 12), 16)

describe('uuidV7', () => {
  it('RFC 9562 A.6: gives the published example for its time and random bits', () => {
    // 2022-02-22 19:22:22 UTC; rand_a CC3 stands for the fraction 0.797… of the millisecond, rand_b as published.
    const fraction = Math.ceil((0xcc3 * 1000) / 4096)
    const clock = { now: () => 0x017f22e279b0 * 1000 + fraction }
    const id = uuidV7(clock, { bytes: () => Uint8Array.from([0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]) })
    expect(id.replace(/^(.{14}.).{3}/, '$1cc3')).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })

  it('has version 7, the variant and the time, whatever the random bits are', () => {
    const times = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 })
    fc.assert(
      fc.property(times, fc.uint8Array({ minLength: 8, maxLength: 8 }), (time, bytes) => {
        const id = uuidV7({ now: () => time }, { bytes: () => new Uint8Array(bytes) })
        expect(id).toMatch(FORM)
        expect(millisecondsOf(id)).toBe(Math.floor(time / 1000))
      })
    )
  })

  it('rises strictly while the clock stands still, steps back or runs', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2000, max: 2000 }), { maxLength: 300 }), (steps) => {
        let time = 1_700_000_000_000_000
        const clock = { now: () => time }
        const ids = steps.map((step) => {
          time += step
          return uuidV7(clock, systemRandom)
        })
        expect([...ids].sort()).toEqual(ids)
        expect(new Set(ids).size).toBe(ids.length)
      })
    )
  })

  it('makes many from one draw, in order, each with random bits of its own', () => {
    const drawn: number[] = []
    const counting = { bytes: (length: number) => (drawn.push(length), systemRandom.bytes(length)) }
    const ids = uuidsV7(systemClock, counting, 500)
    expect(drawn).toEqual([4000])
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids.map((id) => id.slice(-15))).size).toBe(500)
    expect(uuidV7(systemClock, systemRandom) > (ids[499] ?? '')).toBe(true)
    expect(uuidsV7(systemClock, counting, 0)).toEqual([])
  })

  it('keeps the order of one clock apart from that of another', () => {
    const ahead = { now: () => 9_000_000_000_000_000 }
    const behind = { now: () => 1000 }
    uuidV7(ahead, systemRandom)
    expect(millisecondsOf(uuidV7(behind, systemRandom))).toBe(1)
  })

  it('tells the present time on the system clock', () => {
    expect(Math.abs(millisecondsOf(uuidV7(systemClock, systemRandom)) - systemClock.now() / 1000)).toBeLessThan(1000)
  })
})
