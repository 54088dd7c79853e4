/** Whole numbers, one after the other, in 4 bytes each. */
export interface NumberColumn {
  readonly push: (value: number) => void
  /** A view that the next push may leave behind. */
  readonly values: () => Uint32Array
  readonly length: () => number
}

const AT_FIRST = 256

/** An empty column. Numbers below 0 come back as two's complement. */
export const numberColumn = (): NumberColumn => {
  let column = new Uint32Array(AT_FIRST)
  let length = 0
  return {
    push: (value) => {
      if (length === column.length) {
        const larger = new Uint32Array(2 * length)
        larger.set(column)
        column = larger
      }
      column[length] = value
      length += 1
    },
    values: () => column.subarray(0, length),
    length: () => length,
  }
}

/** Numbers of which many in a row are the same, as counts and values in turn. */
export interface RunColumn {
  readonly push: (value: number) => void
  /** Count and value in turn, as the box has them. */
  readonly rows: () => Uint32Array
  /** Gives the last number another value. */
  readonly replaceLast: (value: number) => void
}

/** An empty column. */
export const runColumn = (): RunColumn => {
  const rows = numberColumn()
  let count = 0
  let current = 0
  const flush = (): void => {
    if (count === 0) return
    rows.push(count)
    rows.push(current)
    count = 0
  }
  const push = (value: number): void => {
    if (value !== current) flush()
    current = value
    count += 1
  }
  return {
    push,
    rows: () => {
      const held = rows.values()
      if (count === 0) return held.slice()
      const all = new Uint32Array(held.length + 2)
      all.set(held)
      all.set([count, current], held.length)
      return all
    },
    replaceLast: (value) => {
      count -= 1
      // The one before it, if it is of another run, was flushed already.
      push(value)
    },
  }
}
