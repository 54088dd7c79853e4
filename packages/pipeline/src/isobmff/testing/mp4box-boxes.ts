import { createFile, MP4BoxBuffer } from 'mp4box'

/** A box as mp4box.js shows it: its fields under their names in the specification. */
export interface ReadBox {
  readonly type: string
  readonly start: number
  readonly size: number
  readonly boxes?: ReadonlyArray<ReadBox>
  readonly [field: string]: unknown
}

/** Reads a file with mp4box.js, a reader that has nothing in common with ours. */
export const mp4boxBoxes = (bytes: Uint8Array): ReadonlyArray<ReadBox> => {
  const file = createFile()
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0))
  file.flush()
  return file.boxes as unknown as ReadonlyArray<ReadBox>
}

/** Follows a path of types, the first of each; throws where it ends too early. */
export const boxAt = (boxes: ReadonlyArray<ReadBox>, ...path: ReadonlyArray<string>): ReadBox => {
  let level: ReadonlyArray<ReadBox> = boxes
  let found: ReadBox | undefined
  for (const type of path) {
    found = level.find((box) => box.type === type)
    if (found === undefined) throw new Error(`no box ${type} in ${path.join('/')}`)
    level = found.boxes ?? (found['entries'] as ReadonlyArray<ReadBox> | undefined) ?? []
  }
  if (found === undefined) throw new Error('an empty path')
  return found
}
