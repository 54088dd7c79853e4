import { WORD, type CipherParts } from './cipher-parts'

/** Units whose words go through the block cipher in one call: a call costs as much as some hundred bytes of the rest. */
export const MOST_UNITS = 512

/** Bytes of a number of 32 bits. */
const NUMBER = 4

/** Memory that units are worked on in, for the parts of the cipher take numbers of 32 bits. Wiped after each call. */
export interface Workbench {
  /** One word for each unit: what the block cipher takes and gives. */
  readonly words: Uint8Array
  /** The same as numbers. */
  readonly halves: Int32Array
  /** One unit, and the same as numbers; another when a larger unit comes. */
  room: Uint8Array
  numbers: Int32Array
}

const roomFor = (bytes: number): Pick<Workbench, 'room' | 'numbers'> => {
  const numbers = new Int32Array(Math.ceil(bytes / NUMBER))
  return { numbers, room: new Uint8Array(numbers.buffer) }
}

/** A bench without a unit. */
export const createWorkbench = (): Workbench => {
  const words = new Uint8Array(MOST_UNITS * WORD)
  return { words, halves: new Int32Array(words.buffer), ...roomFor(WORD) }
}

/** Puts a unit on the bench; answers how many numbers it touches. */
export const putUnit = (bench: Workbench, bytes: Uint8Array, at: number, length: number): number => {
  if (length > bench.room.length) {
    bench.room.fill(0)
    Object.assign(bench, roomFor(length))
  }
  bench.room.set(bytes.subarray(at, at + length))
  return Math.ceil(length / NUMBER)
}

/** Puts it back to where it lies. */
export const takeUnit = ({ room }: Workbench, bytes: Uint8Array, at: number, length: number): void => {
  bytes.set(room.subarray(0, length), at)
}

/** Runs the first `used` bytes of the words through the block cipher, each word with one mask before and another behind. */
export const passWords = (
  { words }: Workbench,
  used: number,
  { before, cipher, behind }: { before: Uint8Array; cipher: CipherParts['seal']; behind: Uint8Array }
): void => {
  xorEach(words, used, before)
  const passed = cipher(words.subarray(0, used))
  words.set(passed)
  passed.fill(0)
  xorEach(words, used, behind)
}

const xorEach = (words: Uint8Array, used: number, mask: Uint8Array): void => {
  for (let at = 0; at < used; at += 1) words[at] = (words[at] ?? 0) ^ (mask[at % WORD] ?? 0)
}

/** Wipes what the last call left. */
export const wipeBench = ({ words, room }: Workbench): void => {
  words.fill(0)
  room.fill(0)
}
