/** A box of an MP4 file, where it stands. Deliberately not the reader under test. @source ISO/IEC 14496-12 §4.2 */
export interface Box {
  readonly type: string
  /** Of the first byte of its size field, in the file. */
  readonly at: number
  readonly end: number
  /** What follows size and type. */
  readonly body: Buffer
}

const HEADER = 8

/** The boxes that stand one after another in a part of a file. */
export const boxesIn = (file: Buffer, from = 0, to = file.length): ReadonlyArray<Box> => {
  const boxes: Box[] = []
  for (let at = from; at < to; ) {
    const size = file.readUInt32BE(at)
    if (size < HEADER || at + size > to) throw new Error(`a box of ${String(size)} bytes at ${String(at)}`)
    const type = file.toString('latin1', at + 4, at + HEADER)
    boxes.push({ type, at, end: at + size, body: file.subarray(at + HEADER, at + size) })
    at += size
  }
  return boxes
}

/** The boxes inside of one; `skip` bytes of its own fields stand before them. */
export const childrenOf = (file: Buffer, box: Box, skip = 0): ReadonlyArray<Box> => boxesIn(file, box.at + HEADER + skip, box.end)

/** The only box of a type; throws when there is none or another one. */
export const only = (boxes: ReadonlyArray<Box>, type: string): Box => {
  const [found, second] = boxes.filter((box) => box.type === type)
  if (found === undefined || second !== undefined) throw new Error(`one ${type} expected`)
  return found
}

/** Walks down by types, each of which has to be the only one of its kind. */
export const boxAt = (file: Buffer, ...types: ReadonlyArray<string>): Box => {
  let level = boxesIn(file)
  let found: Box | undefined
  for (const type of types) {
    found = only(level, type)
    level = CONTAINERS.has(type) ? childrenOf(file, found) : []
  }
  if (found === undefined) throw new Error('no type given')
  return found
}

const CONTAINERS = new Set(['moov', 'trak', 'edts', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf', 'sinf', 'schi'])
