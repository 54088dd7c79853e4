import { timeOption } from './time-option'

describe('a moment on the command line', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T01:00:00+01:00', 0],
    ['2024-02-29T00:00:00.5Z', 1_709_164_800_500_000],
  ])('%s', (text, micros) => {
    expect(timeOption(text)).toBe(micros)
  })

  it.each(['', 'yesterday', '2027', '2027-01-31', '2027-01-31T12:00:00', '2027-02-30T00:00:00Z', '2023-02-29T00:00:00Z', '2027-01-01T25:00:00Z', '1969-12-31T23:59:59Z'])(
    'not %j',
    (text) => {
      expect(() => timeOption(text)).toThrow('RFC 3339')
    }
  )
})
