import * as fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { rowPrints } from './row-prints'

const names = Array.from({ length: 12 }, (_, index) => `row ${index}`)

const changes = fc.array(
  fc.record({ name: fc.constantFrom(...names), value: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }) }),
  { maxLength: 60 }
)

describe('rowPrints', () => {
  it('says of every row what a map of the last changes says', () => {
    fc.assert(
      fc.property(changes, fc.subarray(names), (made, there) => {
        const prints = rowPrints()
        const last = new Map<string, { readonly value: string | undefined; readonly position: number }>()
        made.forEach(({ name, value }, index) => {
          prints.expect(name, value, index + 1)
          last.set(name, { value, position: index + 1 })
        })
        for (const name of there) {
          const expected = last.get(name)
          for (const value of ['a', 'b', 'c']) {
            const same = expected?.value === value
            expect(prints.match(name, value)).toEqual({ same, position: expected?.position ?? 0 })
          }
        }
        const absent = [...last].filter(([name, { value }]) => value !== undefined && !there.includes(name))
        const positions = absent.map(([, { position }]) => position)
        expect(prints.firstUnfound()).toBe(positions.length === 0 ? undefined : Math.min(...positions))
        expect(names.filter((name) => prints.unfound(name)).sort()).toEqual(absent.map(([name]) => name).sort())
        prints.forget()
        const all = [...last.values()].filter(({ value }) => value !== undefined).map(({ position }) => position)
        expect(prints.firstUnfound()).toBe(all.length === 0 ? undefined : Math.min(...all))
      }),
      { numRuns: runs(200) }
    )
  })

  it('keeps every row while it grows', () => {
    const prints = rowPrints()
    const count = 20_000
    for (let row = 1; row <= count; row++) prints.expect(`n${row}`, `v${row}`, row)
    let other = 0
    for (let row = 1; row <= count; row++) if (!prints.match(`n${row}`, `v${row}`).same) other += 1
    expect(other).toBe(0)
    expect(prints.firstUnfound()).toBeUndefined()
    expect(prints.match('n20001', 'v20001')).toEqual({ same: false, position: 0 })
    expect(prints.match('n7', 'v8')).toEqual({ same: false, position: 7 })
  })
})
