import { steadyFrameRate } from './steady-frame-rate'

it.each([
  [100, 4, { numerator: 25, denominator: 1 }],
  [2400, 100.1, { numerator: 24_000, denominator: 1001 }],
  [2400, 100, { numerator: 24, denominator: 1 }],
  [2997, 100, { numerator: 30_000, denominator: 1001 }],
  // A millisecond too much behind the last picture of four seconds.
  [100, 4.001, { numerator: 25, denominator: 1 }],
  // Two pictures of a hundred are missing: no rate that films have.
  [98, 4.01, undefined],
  [1, 0.04, undefined],
  [100, 0, undefined],
  [100, Number.NaN, undefined],
])('%d pictures in %d s come at %j', (pictures, seconds, rate) => {
  expect(steadyFrameRate(pictures, seconds)).toEqual(rate)
})
