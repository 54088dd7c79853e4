import type { MediaWarning, ProtectionHeader } from '../../media/media-description'
import { hexText } from '../hex-id'
import type { Box } from './box-tree'
import type { Movie } from './movie'
import { protectionHeader } from './protection-header'
import { emptyTally } from './tally'
import type { Tally } from './tally'

/** More of either says nothing new and costs memory. */
const MAX_WARNINGS = 100
const MAX_PROTECTION = 1024
/** Bytes of a rights system's data that two headers are compared by. */
const COMPARED_BYTES = 4096

/** What is known of a file in the middle of it. */
export interface InspectState {
  readonly quickTime: boolean
  readonly movie: Movie | undefined
  /** An `ftyp`, `moov` or `moof` was seen: what follows is MP4. */
  readonly known: boolean
  readonly tallies: Map<number, Tally>
  readonly protection: ReadonlyArray<ProtectionHeader>
  readonly warnings: ReadonlyArray<MediaWarning>
}

/** Before the first byte. */
export const initialInspectState = (): InspectState => ({
  quickTime: false,
  movie: undefined,
  known: false,
  tallies: new Map(),
  protection: [],
  warnings: [],
})

/** Adds a warning, while there is room. */
export const warned = (state: InspectState, offset: number, what: string): InspectState =>
  state.warnings.length < MAX_WARNINGS ? { ...state, warnings: [...state.warnings, { offset, what }] } : state

/** Takes the header in; one that was read before stays. */
export const withMovie = (state: InspectState, movie: Movie): InspectState => {
  for (const { number, tally } of movie.tracks) {
    if (!state.tallies.has(number)) state.tallies.set(number, tally)
  }
  return {
    ...state,
    movie,
    protection: [...state.protection, ...movie.protection].slice(0, MAX_PROTECTION),
    warnings: [...state.warnings, ...movie.warnings].slice(0, MAX_WARNINGS),
  }
}

const mark = ({ kind, data }: ProtectionHeader): string =>
  `${kind} ${data.length} ${hexText(data.subarray(0, COMPARED_BYTES))}`

/** Adds the `pssh` boxes of a fragment; players repeat them in each, and one is enough. */
export const withFragmentHeaders = (state: InspectState, boxes: ReadonlyArray<Box>): InspectState => {
  if (boxes.length === 0) return state
  const seen = new Set(state.protection.map(mark))
  const fresh = boxes.map(protectionHeader).filter((header) => {
    const isNew = !seen.has(mark(header))
    seen.add(mark(header))
    return isNew
  })
  return { ...state, protection: [...state.protection, ...fresh].slice(0, MAX_PROTECTION) }
}

/** The count of a track, begun when it is asked for first. */
export const tallyFor = (state: InspectState, id: number): Tally => {
  const found = state.tallies.get(id)
  if (found !== undefined) return found
  const begun = emptyTally()
  state.tallies.set(id, begun)
  return begun
}
