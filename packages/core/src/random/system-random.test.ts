import { hex } from '../encoding/hex'
import { systemRandom } from './system-random'

describe('systemRandom', () => {
  it('R3: gives memory of its own, not a part of a pool', () => {
    for (const length of [0, 1, 16, 32, 4096, 100_000]) {
      const bytes = systemRandom.bytes(length)
      expect(bytes).toHaveLength(length)
      expect(bytes.byteOffset).toBe(0)
      expect(bytes.buffer.byteLength).toBe(length)
    }
  })

  it('gives other bytes each time', () => {
    const drawn = Array.from({ length: 1000 }, () => hex(systemRandom.bytes(16)))
    expect(new Set(drawn).size).toBe(drawn.length)
  })
})
