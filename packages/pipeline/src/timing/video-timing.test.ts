import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import type { Picture } from './testing/assign-batches'
import { assignBatches } from './testing/assign-batches'
import { createVideoTiming } from './video-timing'
import type { VideoTimingOptions } from './video-timing'

const MS = 10_000
const FRAME = 40 * MS


/** Rows of `name count`, with the file's times given in decode order. */
const table = (text: string, times: (index: number) => number): Picture[] =>
  text
    .trim()
    .split(/\s+/)
    .map((entry, index) => {
      const [name = '', count = ''] = entry.split(':')
      return { idr: name.startsWith('IDR'), order: count === '?' ? Number.NaN : Number(count), fileTime: times(index) * MS }
    })

const at25 = (index: number): number => index * 40
const given =
  (...times: number[]) =>
  (index: number): number =>
    times[index] ?? 0

const shownAt = (options: VideoTimingOptions, pictures: ReadonlyArray<Picture>, cuts: ReadonlyArray<number> = []) =>
  assignBatches(createVideoTiming(options), pictures, cuts).presentation.map((time) => time / MS)

const RATE: VideoTimingOptions = { averageFrameTime: FRAME }

describe('times of showing from times of decoding', () => {
  it('shows two B pictures before the P picture they follow', () => {
    // decoded I0 P3 B1 B2 P6 B4 B5, shown I0 B1 B2 P3 B4 B5 P6
    expect(shownAt(RATE, table('IDR:0 P:6 B:2 B:4 P:12 B:8 B:10', at25))).toEqual([0, 120, 40, 80, 240, 160, 200])
  })

  it('follows a pyramid: B2 is a reference of b1 and b3', () => {
    // decoded I0 P4 B2 b1 b3 P8 B6 b5 b7
    const pictures = table('IDR:0 P:8 B:4 b:2 b:6 P:16 B:12 b:10 b:14', at25)
    expect(shownAt(RATE, pictures)).toEqual([0, 160, 80, 40, 120, 320, 240, 200, 280])
  })

  it('shows the leading pictures of an open group before its I picture', () => {
    // decoded I0 P2 b1 | I5 b3 b4 | P8 b6 b7: I5 is no IDR picture, its counts go on
    const pictures = table('IDR:0 P:4 b:2 I:10 b:6 b:8 P:16 b:12 b:14', at25)
    expect(shownAt(RATE, pictures)).toEqual([0, 80, 40, 200, 120, 160, 320, 240, 280])
  })

  it('shows pictures in the order of decoding where their counts say so, with holes after non-reference pictures', () => {
    // pic_order_cnt_type 2: 2 * frame_num, one less for a non-reference picture (H.264 8.2.1.3)
    const pictures = Array.from({ length: 60 }, (_, n) => ({
      idr: n === 0,
      order: n % 3 === 1 ? 2 * n - 1 : 2 * n,
      fileTime: at25(n) * MS,
    }))
    const timing = createVideoTiming(RATE)
    const times = assignBatches(timing, pictures, [20, 21, 22, 23, 24])
    expect(times.presentation).toEqual(times.decode)
    expect(timing.timesAre()).toBe('unknown')
  })

  it('begins anew at each IDR picture', () => {
    const pictures = table('IDR:0 P:4 b:2 IDR:0 P:6 b:2 b:4 IDR:0', at25)
    expect(shownAt(RATE, pictures)).toEqual([0, 80, 40, 120, 240, 160, 200, 280])
  })

  it('begins anew where the counts do without an IDR picture', () => {
    // memory_management_control_operation 5 makes the count 0 again
    const pictures = table('IDR:0 P:4 b:2 P:0 P:4 b:2', at25)
    expect(shownAt(RATE, pictures)).toEqual([0, 80, 40, 120, 200, 160])
  })

  it('takes counts below that of the IDR picture for leading pictures', () => {
    const pictures = table('IDR:0 b:-4 b:-2 P:6 b:2 b:4', at25)
    expect(shownAt(RATE, pictures)).toEqual([80, 0, 40, 200, 120, 160])
  })

  it('counts by one where the stream does', () => {
    const pictures = table('IDR:0 P:3 b:1 b:2 P:6 b:4 b:5', at25)
    expect(shownAt(RATE, pictures)).toEqual([0, 120, 40, 80, 240, 160, 200])
  })

  it('leaves no hole for pictures that were dropped and whose times were closed up', () => {
    // b2 and b10 are missing
    const pictures = table('IDR:0 P:4 P:8 b:6 P:12 IDR:0', at25)
    expect(shownAt(RATE, pictures)).toEqual([0, 40, 120, 80, 160, 200])
  })

  it('shows every picture when it is decoded without B pictures', () => {
    const pictures = table('IDR:0 P:2 P:4 P:6', at25)
    const timing = createVideoTiming({ ...RATE, reorder: 2 })
    expect(assignBatches(timing, pictures)).toEqual({
      decode: [0, 1, 2, 3].map((n) => n * FRAME),
      presentation: [0, 1, 2, 3].map((n) => n * FRAME),
      duration: [FRAME, FRAME, FRAME, FRAME],
    })
    expect([timing.timesAre(), timing.reorderDelay()]).toEqual(['unknown', 0])
  })

  it('takes IDR pictures alone, and a single picture', () => {
    expect(shownAt(RATE, table('IDR:0 IDR:0 IDR:0', at25))).toEqual([0, 40, 80])
    const single = assignBatches(createVideoTiming(RATE), table('IDR:0', () => 59))
    expect(single).toEqual({ decode: [590_000], presentation: [590_000], duration: [FRAME] })
    const bare = assignBatches(createVideoTiming({ averageFrameTime: 0 }), table('IDR:0', () => 59))
    expect(bare).toEqual({ decode: [590_000], presentation: [590_000], duration: [0] })
  })

  it('keeps the first time of the file, whatever it is', () => {
    const pictures = table('IDR:0 P:6 B:2 B:4', (index) => 3100 + 40 * index)
    expect(shownAt(RATE, pictures)).toEqual([3100, 3220, 3140, 3180])
  })

  it('gives a picture whose time is in the next batch the length of the pictures between', () => {
    const pictures = table('IDR:0 P:6 B:2 B:4 P:12 B:8 B:10', at25)
    expect(shownAt(RATE, pictures, [2, 5])).toEqual([0, 120, 40, 80, 240, 160, 200])
    expect(shownAt(RATE, pictures, [1, 2, 3, 4, 5, 6])).toEqual([0, 120, 40, 80, 240, 160, 200])
  })

  it('passes over an empty batch', () => {
    expect(shownAt(RATE, table('IDR:0 P:4 b:2', at25), [0, 3])).toEqual([0, 80, 40])
  })

  it('shows pictures of a variable rate at the times they had before they were sorted', () => {
    // shown at 0 40 140 150 290 300 400 430 500, decoded two pictures earlier: the first two at -140 and -100
    const decode = given(-140, -100, 0, 40, 140, 150, 290, 300, 400)
    const pictures = table('IDR:0 P:8 B:4 b:2 b:6 P:16 B:12 b:10 b:14', decode)
    const shown = shownAt({ averageFrameTime: 0, reorder: 2 }, pictures)
    // 0 + lead of 140; those of the last two lie beyond the file and are extrapolated
    expect(shown.slice(0, 5).map((time) => time + 140)).toEqual([0, 290, 140, 40, 150])
    expect(shown.slice(6, 8).map((time) => time + 140)).toEqual([400, 300])
    const [, , , , , last = 0, , , before = 0] = shown
    expect(before + 140).toBeGreaterThan(400)
    expect(last).toBeGreaterThan(before)
  })
})

describe('the delay of a file of decode times', () => {
  it('is measured: two pictures are decoded before b1 in a pyramid, one before a plain B', () => {
    const pyramid = createVideoTiming(RATE)
    assignBatches(pyramid, table('IDR:0 P:8 B:4 b:2 b:6', at25))
    expect([pyramid.timesAre(), pyramid.reorderDelay()]).toEqual(['decode', 2 * FRAME])
    const plain = createVideoTiming(RATE)
    assignBatches(plain, table('IDR:0 P:6 B:2 B:4', at25))
    expect(plain.reorderDelay()).toBe(FRAME)
  })

  it('is what the stream states where it does', () => {
    const timing = createVideoTiming({ averageFrameTime: 333_667, reorder: 2 })
    assignBatches(timing, table('IDR:0 P:6 B:2 B:4', given(0, 33, 67, 100)))
    expect(timing.reorderDelay()).toBe(667_333)
  })

  it('is 0 before the first picture', () => {
    const timing = createVideoTiming({ ...RATE, reorder: 2 })
    expect([timing.timesAre(), timing.reorderDelay()]).toEqual(['unknown', 0])
  })
})

describe('times of decoding from times of showing', () => {
  it('decodes the n-th picture at the n-th time', () => {
    const timing = createVideoTiming(RATE)
    const times = assignBatches(timing, table('IDR:0 P:8 B:4 b:2 b:6 P:10', given(0, 160, 80, 40, 120, 200)))
    expect(times.presentation.map((time) => time / MS)).toEqual([0, 160, 80, 40, 120, 200])
    expect(times.decode.map((time) => time / MS)).toEqual([0, 40, 80, 120, 160, 200])
    expect([timing.timesAre(), timing.reorderDelay()]).toEqual(['presentation', 0])
  })

  it('does so when the pictures between come in the next batch', () => {
    const pictures = table('IDR:0 P:8 B:4 b:2 b:6 P:10', given(0, 160, 80, 40, 120, 200))
    const { decode } = assignBatches(createVideoTiming(RATE), pictures, [2, 3])
    expect(decode.map((time) => time / MS)).toEqual([0, 40, 80, 120, 160, 200])
  })

  it('keeps a variable rate', () => {
    const pictures = table('IDR:0 P:6 B:2 B:4 P:8 P:10', given(100, 170, 117, 163, 300, 301))
    const { decode, presentation } = assignBatches(createVideoTiming({ averageFrameTime: 0 }), pictures)
    expect(presentation.map((time) => time / MS)).toEqual([100, 170, 117, 163, 300, 301])
    expect(decode.map((time) => time / MS)).toEqual([100, 117, 163, 170, 300, 301])
  })
})

describe('pictures of unknown order', () => {
  it('keep their times', () => {
    const pictures = table('I:? P:? P:? P:?', given(59, 92, 126, 159))
    const timing = createVideoTiming({ averageFrameTime: 333_667 })
    const times = assignBatches(timing, pictures)
    expect(times.presentation).toEqual([590_000, 920_000, 1_260_000, 1_590_000])
    expect(times.decode).toEqual(times.presentation)
    expect(times.duration.slice(0, 3)).toEqual([330_000, 340_000, 330_000])
    expect([timing.timesAre(), timing.reorderDelay()]).toEqual(['unknown', 0])
  })

  it('are decoded in ascending order where their times run backward', () => {
    const pictures = table('I:? P:? B:? B:?', given(0, 120, 40, 80))
    const times = assignBatches(createVideoTiming(RATE), pictures)
    expect(times.presentation.map((time) => time / MS)).toEqual([0, 120, 40, 80])
    expect(times.decode.map((time) => time / MS)).toEqual([0, 40, 80, 120])
  })

  it('part those of known order, one damaged picture for instance', () => {
    const pictures = table('IDR:0 P:4 b:2 P:? P:12 b:10', at25)
    expect(shownAt(RATE, pictures)).toEqual([0, 80, 40, 120, 200, 160])
  })
})

describe('the grid of a fixed rate', () => {
  const RATES: ReadonlyArray<readonly [string, number, number]> = [
    ['29.97', 30_000, 1001],
    ['23.976', 24_000, 1001],
    ['59.94', 60_000, 1001],
    ['60', 60, 1],
    ['25', 25, 1],
  ]

  it.each(RATES)('gives the exact times of %s pictures a second behind milliseconds', (_, rate, scale) => {
    const exact = (n: number): number => Math.round((n * scale * 10_000_000) / rate)
    const pictures = Array.from({ length: 20_000 }, (__, n) => ({
      idr: n === 0,
      order: 2 * n,
      fileTime: Math.round(exact(n) / MS) * MS,
    }))
    const wanted = pictures.map((__, n) => exact(n))
    const frame = (scale * 10_000_000) / rate
    for (const options of [
      { averageFrameTime: 0, frameDuration: frame },
      { averageFrameTime: Math.round(frame) },
      { averageFrameTime: Math.floor(frame) },
      { averageFrameTime: 0 },
      // stated wrongly: the times deny it
      { averageFrameTime: 1_000_000 },
    ]) {
      expect(assignBatches(createVideoTiming(options), pictures, [500, 501, 7000]).decode).toEqual(wanted)
    }
  })

  it('goes on after a gap from the time of the file', () => {
    const pictures = Array.from({ length: 40 }, (_, n) => ({
      idr: n === 0,
      order: 2 * n,
      fileTime: (n < 20 ? 40 * n : 40 * n + 1013) * MS,
    }))
    const { decode, duration } = assignBatches(createVideoTiming(RATE), pictures)
    expect(decode).toEqual(pictures.map(({ fileTime }) => fileTime))
    expect(duration[19]).toBe(1053 * MS)
  })

  it('leaves the times of a variable rate as they are', () => {
    const times = [0, 17, 93, 120, 121, 240, 251, 333, 390, 391, 470, 512, 600, 613, 700, 777, 801, 850, 900]
    const pictures = times.map((time, n) => ({ idr: n === 0, order: 2 * n, fileTime: time * MS }))
    const { decode } = assignBatches(createVideoTiming(RATE), pictures)
    expect(decode).toEqual(pictures.map(({ fileTime }) => fileTime))
  })
})

/** Coded video sequences as an encoder makes them: mini groups of a P picture and its B pictures, in a tree or not. */
const order = (from: number, to: number, pyramid: boolean): number[] => {
  if (from > to) return []
  if (!pyramid) return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const middle = Math.floor((from + to) / 2)
  return [middle, ...order(from, middle - 1, true), ...order(middle + 1, to, true)]
}

const sequence = fc
  .record({ groups: fc.array(fc.nat(7), { maxLength: 12 }), pyramid: fc.boolean() })
  .map(({ groups, pyramid }) => {
    const ranks = [0]
    let shown = 0
    for (const between of groups) {
      const next = shown + between + 1
      ranks.push(next, ...order(shown + 1, next - 1, pyramid))
      shown = next
    }
    return ranks
  })

const frames = [400_000, 333_667, 1_001_000_0 / 30, 10_010_000 / 24, 10_000_000 / 60]

const streams = fc
  .record({
    sequences: fc.array(sequence, { minLength: 1, maxLength: 6 }),
    frame: fc.constantFrom(...frames),
    first: fc.nat(5000),
    decodeTimes: fc.boolean(),
    truncated: fc.boolean(),
  })
  .map(({ sequences, frame, first, decodeTimes, truncated }) => {
    const pictures: Picture[] = []
    const slots: number[] = []
    for (const ranks of sequences) {
      const base = pictures.length
      ranks.forEach((rank, index) => {
        const slot = decodeTimes ? base + index : base + rank
        const exact = first * MS + slot * frame
        slots.push(base + rank)
        pictures.push({
          idr: index === 0,
          order: 2 * rank,
          fileTime: (truncated ? Math.floor(exact / MS) : Math.round(exact / MS)) * MS,
        })
      })
    }
    const exact = (slot: number): number => Math.round(first * MS + slot * frame)
    return {
      pictures,
      frame,
      decode: pictures.map((_, index) => exact(index)),
      presentation: slots.map(exact),
      reordered: slots.some((slot, index) => slot !== index),
    }
  })

describe('regular streams', () => {
  it('get the exact times of showing and decoding, wherever the batches are cut', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(200), { maxLength: 8 }), ({ pictures, frame, decode, presentation }, places) => {
        const cuts = places.filter((place) => place < pictures.length)
        const options = { averageFrameTime: 0, frameDuration: frame }
        const whole = assignBatches(createVideoTiming(options), pictures)
        expect(whole.decode).toEqual(decode)
        expect(whole.presentation).toEqual(presentation)
        expect(assignBatches(createVideoTiming(options), pictures, cuts)).toEqual(whole)
      }),
      { numRuns: runs(300) }
    )
  })

  it('show their pictures at the times at which they decode them', () => {
    fc.assert(
      fc.property(streams, ({ pictures }) => {
        const { decode, presentation, duration } = assignBatches(createVideoTiming({ averageFrameTime: 0 }), pictures)
        const ascending = [...presentation].sort((a, b) => a - b)
        if (pictures.length > 17) expect(ascending).toEqual(decode)
        expect(duration.every((time) => time >= 0)).toBe(true)
      }),
      { numRuns: runs(200) }
    )
  })
})

describe('any numbers', () => {
  const picture = fc.record({
    idr: fc.boolean(),
    order: fc.oneof(fc.integer({ min: -40, max: 400 }), fc.constant(Number.NaN), fc.integer()),
    fileTime: fc.integer({ min: -1000, max: 100_000 }).map((ms) => ms * MS),
  })

  it('give whole times, and decode times that ascend', () => {
    fc.assert(
      fc.property(
        fc.array(picture, { maxLength: 60 }),
        fc.array(fc.nat(60)),
        fc.record({ averageFrameTime: fc.constantFrom(0, 400_000), reorder: fc.nat(16) }, { requiredKeys: ['averageFrameTime'] }),
        (pictures, places, options) => {
          const cuts = places.filter((place) => place < pictures.length)
          const times = assignBatches(createVideoTiming(options), pictures, cuts)
          expect([...times.decode, ...times.presentation, ...times.duration].every(Number.isSafeInteger)).toBe(true)
          expect(times.decode.every((time, index) => index === 0 || time >= (times.decode[index - 1] ?? 0))).toBe(true)
          expect(times.duration.every((time) => time >= 0)).toBe(true)
        }
      ),
      { numRuns: runs(300) }
    )
  })
})
