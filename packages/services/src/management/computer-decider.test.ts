import fc from 'fast-check'

import { decide, evolve, initial, restoreCounter, type Computers } from './computer-decider'

const LIMIT = 3

/** A restore as the reference tells it: what is asked and what comes of it. */
interface Told {
  readonly source: string
  readonly target: string
  readonly counter: number
  readonly refused?: boolean
}

const restore = (
  computers: Computers,
  source: string,
  target: string,
  limit = LIMIT
): { readonly computers: Computers; readonly allowed: boolean } => {
  const counting = decide(computers, { source, target, limit })
  return counting.type === 'Allowed'
    ? { computers: evolve(computers, counting.added), allowed: true }
    : { computers, allowed: false }
}

const names = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F')
const restores = fc.array(fc.record({ source: names, target: names }), { maxLength: 30 })
const limits = fc.integer({ min: 0, max: 5 })

describe('computers of a license', () => {
  it('BR-27, BR-28, BR-29, BR-30: the counter example of the reference, word for word', () => {
    const told: ReadonlyArray<Told> = [
      { source: 'A', target: 'A', counter: 0 },
      { source: 'A', target: 'B', counter: 1 },
      { source: 'A', target: 'B', counter: 1 },
      { source: 'A', target: 'B with its system reinstalled', counter: 2 },
      { source: 'A', target: 'C', counter: 3 },
      { source: 'A', target: 'C', counter: 3 },
      { source: 'A', target: 'D', counter: 3, refused: true },
    ]
    let computers = initial
    for (const { source, target, counter, refused = false } of told) {
      const next = restore(computers, source, target)
      expect({ target, counter: restoreCounter(next.computers), refused: !next.allowed }).toEqual({ target, counter, refused })
      computers = next.computers
    }
  })

  it('BR-28, BR-38: the computer that the backup came from may always restore, and counts as one', () => {
    const full = ['B', 'C', 'D'].reduce((computers, target) => restore(computers, 'A', target).computers, initial)
    expect(restore(full, 'A', 'A')).toEqual({ computers: full, allowed: true })
    expect([...full].sort().join()).toBe('A,B,C,D')
  })

  it('BR-32: a refused restore changes nothing, and another computer is still served', () => {
    const full = ['B', 'C', 'D'].reduce((computers, target) => restore(computers, 'A', target).computers, initial)
    expect(restore(full, 'A', 'E')).toEqual({ computers: full, allowed: false })
    expect(restore(full, 'B', 'C').allowed).toBe(true)
  })

  it('decision: a source that was never seen takes a place too, so a new one for each restore is not free', () => {
    const full = ['B', 'C', 'D'].reduce((computers, target) => restore(computers, 'A', target).computers, initial)
    expect(restore(full, 'made for this', 'E').allowed).toBe(false)
    const two = restore(initial, 'A', 'B', 2).computers
    expect(restore(two, 'X', 'Y', 2).allowed).toBe(false)
  })

  it('P-5: the counter never falls, is never above the limit, and is the number of distinct other computers', () => {
    fc.assert(
      fc.property(restores, limits, (asked, limit) => {
        let computers = initial
        const counted = new Set<string>()
        for (const { source, target } of asked) {
          const next = restore(computers, source, target, limit)
          if (next.allowed && !counted.has(target)) [source, target].forEach((name) => counted.add(name))
          expect(restoreCounter(next.computers)).toBeGreaterThanOrEqual(restoreCounter(computers))
          expect(restoreCounter(next.computers)).toBeLessThanOrEqual(limit)
          expect(restoreCounter(next.computers)).toBe(Math.max(0, counted.size - 1))
          computers = next.computers
        }
      })
    )
  })

  it('P-6: below the limit the order of restores is of no matter, nor which of the computers that have the license the backup is from', () => {
    const enough = 6
    /** Restores on each target, from one of those that have the license by then. */
    const counterAfter = (targets: ReadonlyArray<string>, choices: ReadonlyArray<number>): number => {
      const holders = ['A']
      let computers = initial
      for (const [index, target] of targets.entries()) {
        const source = holders[(choices[index] ?? 0) % holders.length] ?? 'A'
        computers = restore(computers, source, target, enough).computers
        holders.push(target)
      }
      return restoreCounter(computers)
    }
    const orders = fc.array(names, { maxLength: 12 }).chain((targets) => {
      const order = fc.shuffledSubarray(targets, { minLength: targets.length, maxLength: targets.length })
      const choices = fc.array(fc.nat(), { minLength: targets.length, maxLength: targets.length })
      return fc.record({ targets: fc.constant(targets), order, choices, others: choices })
    })
    fc.assert(
      fc.property(orders, ({ targets, order, choices, others }) => {
        expect(counterAfter(order, others)).toBe(counterAfter(targets, choices))
        expect(counterAfter(order, others)).toBe(new Set(targets.filter((target) => target !== 'A')).size)
      })
    )
  })
})
