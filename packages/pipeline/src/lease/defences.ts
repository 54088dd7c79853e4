/** What this package does to keep the laws, where a breach would otherwise pass unseen. */
export type DefenceName =
  /** Memory is zeroed when a lease is given back. */
  | 'wipe'
  /** Memory is moved away from the views that still point at it. */
  | 'detach'
  /** Memory stays as it is while the system transfers it. */
  | 'pin'
  /** A stage that holds more than it declared ends at once. */
  | 'heldTooMany'
  /** What completes with batches left inside ends with a fault instead. */
  | 'leaseLost'
  /** Batches leave a stage in the order in which they came. */
  | 'order'
  /** A run ends as soon as its grant no longer holds. */
  | 'revocation'
  /** A sample is opened by keys that the grant names as its source's, and by no other. */
  | 'authorization'
  /** Each sample gets counters that no other had. */
  | 'counters'
  /** The salts of a session rise over all its streams. */
  | 'salts'

/**
 * The switches of the defences, all on. They are here for the proof that each law rests on its defence: a test of a law is
 * worth something when it turns red without it, so tests put one switch off for a moment (`testing/with-defence-off.ts`, which is
 * not published). No index of the package gives this record, and its exports lead nowhere else. A switch is read once a batch or
 * more seldom, never per sample.
 */
export const defences: Record<DefenceName, boolean> = {
  wipe: true,
  detach: true,
  pin: true,
  heldTooMany: true,
  leaseLost: true,
  order: true,
  revocation: true,
  authorization: true,
  counters: true,
  salts: true,
}
