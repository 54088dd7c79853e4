/** Pictures that a decoder holds back at most (H.264 A.3.1, `MaxDpbFrames`). */
export const MOST_REORDERED = 16

/** The highest picture order counts of a coded video sequence so far: all that a later picture may be shown before. */
export interface ReorderWindow {
  /** Begins a coded video sequence. */
  clear(): void
  /**
   * Takes the next picture in decode order.
   *
   * @returns how many earlier pictures it is shown before; undefined (and nothing taken) when no decoder could do
   * that, or when its count was there before: then the counts begin anew, as after
   * `memory_management_control_operation` 5.
   */
  take(pictureOrder: number): number | undefined
}

/** Starts empty. */
export const createReorderWindow = (): ReorderWindow => {
  // Descending.
  const highest: number[] = []
  return {
    clear: () => void highest.splice(0),
    take: (pictureOrder) => {
      const place = highest.findIndex((other) => other <= pictureOrder)
      const before = place === -1 ? highest.length : place
      if (before > MOST_REORDERED || highest[before] === pictureOrder) return undefined
      highest.splice(before, 0, pictureOrder)
      highest.splice(MOST_REORDERED + 1)
      return before
    },
  }
}
