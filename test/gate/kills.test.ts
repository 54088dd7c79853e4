import { kills } from './kills'

describe('the number of kills', () => {
  it('is the everyday number unless a nightly run says another', () => {
    expect(kills(20, {})).toBe(20)
    expect(kills(20, { CUSTODY_KILLS: '' })).toBe(20)
    expect(kills(20, { CUSTODY_KILLS: '300' })).toBe(300)
  })

  it.each(['0', '-1', '1.5', 'many'])('refuses %s', (number) => {
    expect(() => kills(20, { CUSTODY_KILLS: number })).toThrow('CUSTODY_KILLS')
  })
})
