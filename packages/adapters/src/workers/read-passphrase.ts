import { secretFromBytes, type Secret } from '@custody/core/secret'
import { openFileSource } from '@custody/pipeline/io'
import * as E from 'fp-ts/Either'

const LONGEST = 1024
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** The first line of a file, without its end; nothing where it cannot be read, is empty or too long. The caller wipes it. */
export const readPassphrase = async (path: string): Promise<Secret | undefined> => {
  const source = await openFileSource(path)()
  if (E.isLeft(source)) return undefined
  const text = new Uint8Array(LONGEST + 1)
  try {
    let filled = 0
    for (;;) {
      const read = await source.right.read(text.subarray(filled))()
      if (E.isLeft(read)) return undefined
      if (read.right === 0) break
      filled += read.right
    }
    const end = text.subarray(0, filled).indexOf(LINE_FEED)
    const line = text.subarray(0, end < 0 ? filled : end)
    const length = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length
    return length === 0 || length > LONGEST ? undefined : secretFromBytes(line.slice(0, length))
  } finally {
    text.fill(0)
    await source.right.close()()
  }
}
