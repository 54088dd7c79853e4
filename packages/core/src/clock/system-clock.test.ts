import { systemClock } from './system-clock'

const A_SECOND = 1_000_000

describe('systemClock', () => {
  it('tells the time of the computer in whole microseconds', () => {
    const now = systemClock.now()
    expect(Number.isSafeInteger(now)).toBe(true)
    expect(Math.abs(now - Date.now() * 1000)).toBeLessThan(A_SECOND)
  })

  it('never steps back, though the computer is told another time', () => {
    const before = systemClock.now()
    jest.useFakeTimers({ now: 0, doNotFake: ['performance'] })
    try {
      expect(Date.now()).toBe(0)
      expect(systemClock.now()).toBeGreaterThanOrEqual(before)
    } finally {
      jest.useRealTimers()
    }
  })
})
