/** Styles of a terminal; the text itself where there is none. */
export interface Colours {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly green: (text: string) => string
}

const styled =
  (on: boolean, [open, close]: readonly [number, number]) =>
  (text: string): string =>
    on ? `\u001b[${String(open)}m${text}\u001b[${String(close)}m` : text

/** Select Graphic Rendition codes. @source ECMA-48, 8.3.117 */
export const createColours = (on: boolean): Colours => ({
  bold: styled(on, [1, 22]),
  dim: styled(on, [2, 22]),
  green: styled(on, [32, 39]),
})
