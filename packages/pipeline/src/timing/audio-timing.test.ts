import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { alignPriming } from './align-priming'
import { createAudioTiming } from './audio-timing'

const MS = 10_000
const AAC = { sampleRate: 48_000, samplesPerFrame: 1024 }

const assign = (frames: typeof AAC, batches: ReadonlyArray<ReadonlyArray<number>>) => {
  const timing = createAudioTiming(frames)
  const times: number[] = []
  const durations: number[] = []
  for (const batch of batches) {
    const outTime = new Float64Array(batch.length)
    const outDuration = new Float64Array(batch.length)
    timing.assign(batch.length, Float64Array.from(batch, (ms) => ms * MS), outTime, outDuration)
    times.push(...outTime)
    durations.push(...outDuration)
  }
  return { times, durations }
}

describe('times of sound', () => {
  it('follow the sample rate, not the milliseconds of the file', () => {
    // 1024 / 48000 s = 21.3333 ms
    expect(assign(AAC, [[59, 80], [101, 123]])).toEqual({
      times: [590_000, 803_333, 1_016_667, 1_230_000],
      durations: [213_333, 213_334, 213_333, 213_333],
    })
  })

  it('do not drift over ten hours at 44.1 kHz', () => {
    const count = 1_550_390
    const timing = createAudioTiming({ sampleRate: 44_100, samplesPerFrame: 1024 })
    const exact = (n: number): bigint => (BigInt(n) * 1024n * 10_000_000n * 2n + 44_100n) / 88_200n
    const fileTimes = Float64Array.from({ length: count }, (_, n) => Number(exact(n) / 10_000n) * MS)
    const times = new Float64Array(count)
    timing.assign(count, fileTimes, times, new Float64Array(count))
    for (const n of [1, 2, 3, 44, 441, 100_000, 1_234_567, count - 1]) expect(times[n]).toBe(Number(exact(n)))
  })

  it('skip whole frames where the file lost some', () => {
    // two frames are lost: 42.67 ms
    expect(assign(AAC, [[0, 21, 43, 107, 128]]).times).toEqual([0, 213_333, 426_667, 1_066_667, 1_280_000])
  })

  it('go on at the time of the file after any other gap', () => {
    expect(assign(AAC, [[0, 21, 43, 500, 521]]).times).toEqual([0, 213_333, 426_667, 5_000_000, 5_213_333])
  })

  it('are not troubled by jitter, nor by a time that is too early', () => {
    expect(assign(AAC, [[0, 30, 40, 20, 85]]).times).toEqual([0, 213_333, 426_667, 640_000, 853_333])
  })

  it('are those of the file where the rate is unknown', () => {
    expect(assign({ sampleRate: 0, samplesPerFrame: 1024 }, [[5, 26]])).toEqual({ times: [50_000, 260_000], durations: [0, 0] })
    expect(assign({ sampleRate: 48_000, samplesPerFrame: 0 }, [[5, 26]]).times).toEqual([50_000, 260_000])
  })

  it('are the same however the batches are cut, and each lasts until the next', () => {
    const jitter = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 200 })
    const frames = fc.record({
      sampleRate: fc.constantFrom(8000, 22_050, 32_000, 44_100, 48_000, 96_000),
      samplesPerFrame: fc.constantFrom(960, 1024, 1152, 1536, 2048),
    })
    fc.assert(
      fc.property(frames, jitter, fc.nat(5000), fc.nat(), (format, deviations, first, place) => {
        const file = deviations.map((deviation, n) => {
          const exact = first + Math.floor((n * format.samplesPerFrame * 1000) / format.sampleRate)
          return n === 0 ? first : exact + deviation
        })
        const cut = place % file.length
        const whole = assign(format, [file])
        expect(assign(format, [file.slice(0, cut), file.slice(cut)])).toEqual(whole)
        whole.times.forEach((time, n) => {
          const exact = first * MS + (n * format.samplesPerFrame * 10_000_000) / format.sampleRate
          expect(Math.abs(time - exact)).toBeLessThan(0.502)
          if (n > 0) expect((whole.times[n - 1] ?? 0) + (whole.durations[n - 1] ?? 0)).toBe(time)
        })
      }),
      { numRuns: runs(200) }
    )
  })
})

describe('the priming that is cut before time 0', () => {
  it.each([
    ['one frame behind 21 ms', -210_000, -213_333],
    ['one frame behind 22 ms', -220_000, -213_333],
    ['two frames behind 43 ms', -430_000, -426_667],
    ['nothing where it is none', -300_000, -300_000],
    ['nothing below a millisecond', -9_000, 0],
    ['nothing at 0', 0, 0],
    ['nothing after 0', 210_000, 210_000],
  ])('is %s', (_, first, wanted) => {
    expect(alignPriming(first, AAC)).toBe(wanted)
  })

  it('is 1024 samples exactly when it is one frame', () => {
    expect(Math.round((-alignPriming(-210_000, AAC) * 48_000) / 10_000_000)).toBe(1024)
  })

  it('is left alone where the rate is unknown', () => {
    expect(alignPriming(-210_000, { sampleRate: 0, samplesPerFrame: 1024 })).toBe(-210_000)
    expect(alignPriming(-210_000, { sampleRate: 48_000, samplesPerFrame: 0 })).toBe(-210_000)
  })
})
