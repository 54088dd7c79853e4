/**
 * Characters that a terminal obeys instead of showing them, or that turn the direction of what follows: controls of both
 * sets, line and paragraph separators, marks of direction.
 */
const OBEYED: ReadonlyArray<readonly [from: number, to: number]> = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
]

const isObeyed = (code: number): boolean => OBEYED.some(([from, to]) => code >= from && code <= to)

const escaped = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`

/** A text of a stranger's file for people to read: what a terminal would obey is shown as `\u001b`. */
export const printable = (text: string): string =>
  Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0
    return isObeyed(code) ? escaped(code) : character
  }).join('')

/** JSON with the same characters escaped, which leaves its meaning as it is. */
export const printableJson = (value: unknown): string => printable(JSON.stringify(value))
