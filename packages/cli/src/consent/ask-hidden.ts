import { secretFromBytes, type Secret } from '@custody/core/secret'

const ENTER: ReadonlySet<number> = new Set([0x0a, 0x0d])
const INTERRUPT: ReadonlySet<number> = new Set([0x03, 0x04])
const BACKSPACE: ReadonlySet<number> = new Set([0x08, 0x7f])

/**
 * Reads a line from the terminal without showing it, as bytes that never become text.
 *
 * @param longest in bytes; what is typed beyond it is dropped.
 * @returns nothing when the user interrupts, ends the input or types nothing.
 */
export const askHidden = (question: string, longest: number): Promise<Secret | undefined> =>
  new Promise((resolve) => {
    const { stdin } = process
    const typed = new Uint8Array(new ArrayBuffer(longest))
    let length = 0
    const finish = (answer: Secret | undefined): void => {
      stdin.off('data', onData)
      stdin.setRawMode(false)
      stdin.pause()
      typed.fill(0)
      process.stderr.write('\n')
      resolve(answer)
    }
    const onData = (bytes: Buffer): void => {
      for (const byte of bytes) {
        if (INTERRUPT.has(byte) || ENTER.has(byte)) {
          finish(INTERRUPT.has(byte) || length === 0 ? undefined : secretFromBytes(typed.slice(0, length)))
          return
        }
        if (BACKSPACE.has(byte)) length = Math.max(0, length - 1)
        else if (length < longest) typed[length++] = byte
      }
      bytes.fill(0)
    }
    process.stderr.write(question)
    stdin.setRawMode(true)
    stdin.resume()
    stdin.on('data', onData)
  })
