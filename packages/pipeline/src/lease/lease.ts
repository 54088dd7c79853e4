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
  /** How many owners have yet to release it. */
  owners: number
  /** How many transfers of the system are reading its memory now. */
  pins: number
  /** Called once, when the memory was taken back. */
  onTakenBack: (() => void) | undefined
}
