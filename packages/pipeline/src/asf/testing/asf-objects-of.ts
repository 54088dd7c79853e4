/** Where an object stands, found by the sizes that the file states: without any code of the reader. */
export interface PlacedObject {
  readonly at: number
  readonly size: number
}

const HEADER = '3026b2758e66cf11a6d900aa0062ce6c'
const EXTENSION = 'b503bf5f2ea9cf118ee300c00c205365'
const FRAME = 24
/** Bytes in front of the children of the two objects that have some. */
const CHILDREN: Readonly<Record<string, number>> = { [HEADER]: 30, [EXTENSION]: 46 }

/** Every object of a file, those with children in front of them. */
export const asfObjectsOf = (bytes: Uint8Array, from = 0, to = bytes.length): ReadonlyArray<PlacedObject> => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const found: PlacedObject[] = []
  let at = from
  while (at + FRAME <= to) {
    const size = Number(view.readBigUInt64LE(at + 16))
    if (size < FRAME || at + size > to) break
    found.push({ at, size })
    const children = CHILDREN[view.toString('hex', at, at + 16)]
    if (children !== undefined) found.push(...asfObjectsOf(bytes, at + children, at + size))
    at += size
  }
  return found
}
