import { map, type Observable } from 'rxjs'

import { openBatch } from '../../../batch/batch-inside'
import type { Batch } from '../../../batch/batch'
import { reserveTags, TAG_BYTES } from '../../../batch/sample-columns'
import type { Session } from '../../../batch/state'
import { readBatch, type ReadRow } from '../../../batch/testing/read-batch'
import { sampleSource } from '../../../batch/testing/sample-source'
import type { Pool } from '../../../lease/pool-handle'
import type { TrackDescription } from '../../../media/media-description'
import type { KeyId } from '@custody/core/identity'

/** A sample of a session as it goes from one process to another. */
export interface SentRow extends ReadRow {
  readonly salt: bigint
  readonly tag: Uint8Array
}

const SALT_DIGITS = 16

/** Copies the rows of a session's batch. */
export const sentRows = (batch: unknown): ReadonlyArray<SentRow> => {
  const { columns } = openBatch(batch)
  return readBatch(batch).map((row, index) => ({
    ...row,
    salt: BigInt(`0x${row.iv.slice(0, SALT_DIGITS)}`),
    tag: columns.tag.slice(index * TAG_BYTES, (index + 1) * TAG_BYTES),
  }))
}

const saltBytes = (salt: bigint): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, salt)
  return bytes
}

/** The samples as they arrive, in the order given. */
export const arrivingSession = (
  pool: Pool,
  sent: ReadonlyArray<SentRow>,
  { run, tracks = new Map() }: { readonly run: string; readonly tracks?: ReadonlyMap<number, TrackDescription> }
): Observable<Batch<Session>> => {
  const samples = sent.map(({ track, time, flags, bytes, scheme, salt }) => ({ track, time, flags, bytes, scheme, id: saltBytes(salt) }))
  let from = 0
  return sampleSource<Session>(pool, samples, { state: 'session', tracks }).pipe(
    map((batch) => {
      const inside = openBatch(batch)
      const { columns, count } = inside
      reserveTags(columns)
      for (const [row, { tag, decodeTime, duration }] of sent.slice(from, from + count).entries()) {
        columns.tag.set(tag, row * TAG_BYTES)
        columns.decodeTime[row] = decodeTime
        columns.duration[row] = duration
        columns.protection[row] = 0
      }
      from += count
      inside.protections = [{ scheme: columns.scheme[0] ?? 0, keyId: run as KeyId }]
      return batch
    })
  )
}
