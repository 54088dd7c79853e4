/** An event with its place in the log. Field meanings and the bytes under `hash`: docs/reference/log.md. */
export interface StoredEvent {
  /** UUIDv7. */
  readonly id: string
  readonly stream: string
  /** Place in its stream, from 1. */
  readonly revision: number
  /** Place in the whole log, from 1, without gaps. */
  readonly position: number
  readonly type: string
  readonly schemaVersion: number
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly time: number
  readonly causation: string | null
  readonly correlation: string | null
  /** Decoded from the stored JSON text. */
  readonly data: unknown
  /** Hash of the record before, 64 lower-case hex digits. */
  readonly previousHash: string
  /** Own hash, 64 lower-case hex digits. */
  readonly hash: string
}
