import type { MediaWarning } from './media-description'

/** Most warnings that are kept; a hostile file must not fill the memory with them. */
const MOST_WARNINGS = 200

/** Collects what reading could go past. */
export interface WarningLog {
  readonly add: (offset: number, what: string) => void
  /** What was collected, in order; where there were more than are kept, the last one says so. */
  readonly list: () => ReadonlyArray<MediaWarning>
}

/** An empty collection. */
export const createWarningLog = (): WarningLog => {
  const kept: MediaWarning[] = []
  let left = 0
  let lastAt = 0
  return {
    add: (offset, what) => {
      lastAt = offset
      if (kept.length < MOST_WARNINGS) kept.push({ offset, what })
      else left += 1
    },
    list: () => (left === 0 ? [...kept] : [...kept, { offset: lastAt, what: `${left} further warnings` }]),
  }
}
