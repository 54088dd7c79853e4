import type { HevcPps } from './parse-pps'
import type { HevcSps } from './sps'

/** Finds the parsed sets by their ids. */
export interface HevcSetLookup {
  readonly pps: (id: number) => HevcPps | undefined
  readonly sps: (id: number) => HevcSps | undefined
}

/** A picture parameter set and the sequence parameter set that it refers to. */
export interface HevcSets {
  readonly sps: HevcSps
  readonly pps: HevcPps
}
