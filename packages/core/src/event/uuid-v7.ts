import type { Clock } from '../clock/clock'
import { hex } from '../encoding/hex'
import type { Random } from '../random/random'

const LENGTH = 16
const RANDOM_BYTES = 8
const MICROSECONDS_PER_MILLISECOND = 1000
const FRACTIONS_PER_MILLISECOND = 2 ** 12
const VERSION = 0x7000
const VARIANT = 0x80
const VARIANT_MASK = 0x3f

/** Last microsecond given out, per clock: one clock, one order. */
const lastOf = new WeakMap<Clock, number>()

/**
 * A fresh time-ordered UUID. Those of one clock in one process rise strictly: where the clock stands still or steps
 * back, the identifier's time runs ahead of it by a microsecond each.
 *
 * @source RFC 9562, sections 5.7 and 6.2 (method 3: the 12 bits after the milliseconds are their fraction)
 */
export const uuidV7 = (clock: Clock, random: Random): string => uuidFrom(clock, random.bytes(RANDOM_BYTES))

/** As many of them, from one draw of random bytes. */
export const uuidsV7 = (clock: Clock, random: Random, count: number): ReadonlyArray<string> => {
  const drawn = count === 0 ? new Uint8Array() : random.bytes(count * RANDOM_BYTES)
  return Array.from({ length: count }, (_, index) =>
    uuidFrom(clock, drawn.subarray(index * RANDOM_BYTES, (index + 1) * RANDOM_BYTES))
  )
}

const uuidFrom = (clock: Clock, random: Uint8Array): string => {
  const time = Math.max(clock.now(), (lastOf.get(clock) ?? -1) + 1)
  lastOf.set(clock, time)
  const milliseconds = Math.floor(time / MICROSECONDS_PER_MILLISECOND)
  const rest = time % MICROSECONDS_PER_MILLISECOND
  const fraction = Math.floor((rest * FRACTIONS_PER_MILLISECOND) / MICROSECONDS_PER_MILLISECOND)
  const bytes = new Uint8Array(LENGTH)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, Math.floor(milliseconds / 2 ** 32))
  view.setUint32(2, milliseconds % 2 ** 32)
  view.setUint16(6, VERSION | fraction)
  bytes.set(random, LENGTH - RANDOM_BYTES)
  view.setUint8(8, (view.getUint8(8) & VARIANT_MASK) | VARIANT)
  return dashed(hex(bytes))
}

const dashed = (digits: string): string =>
  [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-')
