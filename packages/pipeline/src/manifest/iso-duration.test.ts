import { isoDuration } from './iso-duration'

it.each([
  [0, 'PT0S'],
  [1, 'PT1S'],
  [10, 'PT10S'],
  [0.5, 'PT0.5S'],
  [734.166667, 'PT734.166667S'],
  [1e-9, 'PT0S'],
  [100_000, 'PT100000S'],
])('%d seconds are %s', (seconds, text) => {
  expect(isoDuration(seconds)).toBe(text)
})
