import type { Flow } from './flow'

/**
 * The memory of one batch while somebody owns it.
 * Known only inside the package: whoever holds a lease can read what lies in it.
 */
export interface Lease {
  /** All bytes of the lease; length 0 once it was given back. */
  bytes: Uint8Array<ArrayBuffer>
  /** Bytes at the front that stay free when the batch is filled, so that a rewrite may grow each sample by a quarter. */
  readonly headroom: number
  /** A lease made for one large sample; its memory does not return to the pool. */
  readonly single: boolean
  readonly family: LeaseFamily
  /** How many owners have yet to release it. */
  owners: number
  /** How many transfers of the system are reading its memory now. */
  pins: number
  /** The way that it goes; undefined until its source lets go of it. */
  flow: Flow | undefined
  /** Which one of its source it is, from 1; its copies are the same one. */
  place: number
  /** The stages that it is in, the innermost last. */
  readonly holders: LeaseHolder[]
  /** Called once, when the memory was taken back. */
  onTakenBack: (() => void) | undefined
}

/** A stage or sink that has taken a lease in. */
export interface LeaseHolder {
  readonly name: string
  /** Nothing comes behind it: what it has taken it only releases. */
  readonly isSink: boolean
}

/** A lease of a source and the copies of it for further branches, whose memory was set aside with it. */
export interface LeaseFamily {
  /** How many leases it may have. */
  readonly places: number
  /** How many it has had. */
  made: number
  /** How many of them are out. */
  out: number
}
