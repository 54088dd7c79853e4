import { runs } from './runs'

describe('the number of runs of a property', () => {
  it('is the everyday number without a factor', () => {
    expect(runs(200, {})).toBe(200)
    expect(runs(200, { CUSTODY_RUNS_FACTOR: '' })).toBe(200)
  })

  it('is multiplied by the factor and never falls below one', () => {
    expect(runs(200, { CUSTODY_RUNS_FACTOR: '100' })).toBe(20_000)
    expect(runs(10, { CUSTODY_RUNS_FACTOR: '0.01' })).toBe(1)
  })

  it.each(['0', '-1', 'many', 'Infinity'])('refuses the factor %s', (factor) => {
    expect(() => runs(10, { CUSTODY_RUNS_FACTOR: factor })).toThrow('CUSTODY_RUNS_FACTOR')
  })
})
