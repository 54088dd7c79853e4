import fc from 'fast-check'

import { OUTPUT_LEVEL } from '../output-technology'
import { SYSTEMS } from '../testing/scene'
import { judgeCopy } from './judge-levels'

const level = fc.nat({ max: 65_535 })
const systems = fc.subarray([...SYSTEMS])
const target = fc.constantFrom(...SYSTEMS)

describe('copy levels', () => {
  it('P-14, LI-29: decide by the formula for all levels, includes and excludes, but for LI-30', () => {
    fc.assert(
      fc.property(level, level, systems, systems, target, (minimum, own, includes, excludes, id) => {
        fc.pre(!(includes.includes(id) && excludes.includes(id)))
        const formula = (own >= minimum && !excludes.includes(id)) || (own < minimum && includes.includes(id))
        expect(judgeCopy({ minimum, includes, excludes }, { level: own, target: id }) === undefined).toBe(formula)
      })
    )
  })

  it('LI-30 (decision): a system on both lists is left out, whatever its level', () => {
    fc.assert(
      fc.property(level, level, target, (minimum, own, id) => {
        const refused = judgeCopy({ minimum, includes: [id], excludes: [id] }, { level: own, target: id })
        expect(refused?.reason).toBe('CopyExcluded')
      })
    )
  })

  it('LI-31: too weak and left out are two reasons', () => {
    const [id] = SYSTEMS
    if (id === undefined) throw new Error('no system')
    expect(judgeCopy({ minimum: 2 }, { level: 1, target: id })).toMatchObject({ reason: 'CopyLevelTooLow', bits: 0x101 })
    expect(judgeCopy({ minimum: 2, excludes: [id] }, { level: 3, target: id })).toMatchObject({ reason: 'CopyExcluded', bits: 0x201 })
    expect(judgeCopy({ minimum: 0 }, { level: Number.NaN, target: id })).toMatchObject({ reason: 'CopyLevelTooLow' })
  })

  it('LI-38: the technologies that are delivered to have levels of this project, in rising order', () => {
    const levels = Object.values(OUTPUT_LEVEL)
    expect(levels).toEqual([...levels].sort((a, b) => a - b))
    expect(new Set(levels).size).toBe(levels.length)
    expect(levels.every((own) => own > 0 && own <= 65_535)).toBe(true)
  })
})
