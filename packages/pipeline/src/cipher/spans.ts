/** Pieces of a sample, each with its place and length, that a cipher works on as one. */
export interface Spans {
  readonly at: number[]
  readonly length: number[]
  /** Bytes of all of them. */
  total: number
}

/** No pieces. */
export const noSpans = (): Spans => ({ at: [], length: [], total: 0 })

/** Forgets the pieces, keeping their room. */
export const clearSpans = (spans: Spans): void => {
  spans.at.length = 0
  spans.length.length = 0
  spans.total = 0
}

/** Adds a piece; one without bytes is none. */
export const addSpan = (spans: Spans, at: number, length: number): void => {
  if (length <= 0) return
  spans.at.push(at)
  spans.length.push(length)
  spans.total += length
}

/** Copies the pieces, one behind the other, to a place. */
export const gatherSpans = (bytes: Uint8Array, { at, length }: Spans, into: Uint8Array, from: number): void => {
  let to = from
  for (let piece = 0; piece < at.length; piece += 1) {
    const start = at[piece] ?? 0
    const end = start + (length[piece] ?? 0)
    into.set(bytes.subarray(start, end), to)
    to += end - start
  }
}

/** Copies what lies one behind the other from a place on back to where the pieces lie. */
export const scatterSpans = (together: Uint8Array, from: number, bytes: Uint8Array, { at, length }: Spans): void => {
  let start = from
  for (let piece = 0; piece < at.length; piece += 1) {
    const end = start + (length[piece] ?? 0)
    bytes.set(together.subarray(start, end), at[piece] ?? 0)
    start = end
  }
}

/** Runs all pieces through a cipher as one and puts them back where they lie. What lay together in between is wiped. */
export const throughSpans = (bytes: Uint8Array, spans: Spans, cipher: (input: Uint8Array) => Uint8Array): void => {
  const { at, total } = spans
  const [first] = at
  if (first === undefined) return
  const alone = at.length === 1
  const gathered = alone ? bytes.subarray(first, first + total) : new Uint8Array(total)
  if (!alone) gatherSpans(bytes, spans, gathered, 0)
  const worked = cipher(gathered)
  scatterSpans(worked, 0, bytes, spans)
  worked.fill(0)
  if (!alone) gathered.fill(0)
}
