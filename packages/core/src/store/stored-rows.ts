import { CoreError } from '../fault/core-error'
import type { ReadModelRow } from './event-store'
import type { ModelRow, StateRow } from './log-access'
import { bytesOf, numberOf, type Row, textOf } from './row'
import { idempotencyDigest, stateDigest } from './row-digest'

/** What a row of the table `read_model` says under its key. Throws {@link CoreError} with `ModelBroken`. */
export const readModelRow = (row: Row): ReadModelRow => ({
  id: textOf(row, 'id'),
  value: jsonOf(row),
})

/** Whatever is no JSON was changed by others. Statements name model and key beside it, so that the fault can say where. */
const jsonOf = (row: Row): unknown => {
  try {
    return JSON.parse(textOf(row, 'value')) as unknown
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const [model, key, id] = [textOf(row, 'model'), textOf(row, 'key'), textOf(row, 'id')]
    throw new CoreError({ type: 'ModelBroken', model, key, id, position: 0 })
  }
}

/** A row of the table `read_model` with all of its names. */
export const modelRow = (row: Row): ModelRow => ({ key: textOf(row, 'key'), ...readModelRow(row) })

/** The rows under each of many keys. */
export type RowsByKey = ReadonlyMap<string, ReadonlyArray<ReadModelRow>>

/** Parts rows, which come in order of `id` within a key, by the keys that were asked for. */
export const rowsByKey = (keys: ReadonlyArray<string>, rows: ReadonlyArray<Row>): RowsByKey => {
  const parted = new Map<string, ReadModelRow[]>(keys.map((key) => [key, []]))
  for (const row of rows) parted.get(textOf(row, 'key'))?.push(readModelRow(row))
  return parted
}

/** A row of the table `state`. */
export const stateRow = (row: Row): StateRow => ({ key: textOf(row, 'key'), value: bytesOf(row, 'value') })

/** A row of the table `state` with its digest. Throws {@link CoreError} with `StateBroken` when its digest is another one. */
export const checkedStateRow = (space: string, row: Row): StateRow => {
  const found = stateRow(row)
  const digest = stateDigest(space, found.key, found.value)
  if (textOf(row, 'digest') !== digest) throw stateBroken('state', `${space}/${found.key}`)
  return found
}

/** Where an append with an idempotency key went. */
export interface IdempotencyRow {
  readonly first: number
  readonly last: number
}

/** A row of the table `idempotency` with its digest. Throws {@link CoreError} with `StateBroken` when its digest is another one. */
export const checkedIdempotencyRow = (row: Row): IdempotencyRow => {
  const [stream, key] = [textOf(row, 'stream'), textOf(row, 'key')]
  const [first, last] = [numberOf(row, 'first_position'), numberOf(row, 'last_position')]
  if (textOf(row, 'digest') !== idempotencyDigest(stream, key, first, last)) {
    throw stateBroken('idempotency', `${stream}/${key}`)
  }
  return { first, last }
}

const stateBroken = (table: string, key: string): CoreError => new CoreError({ type: 'StateBroken', table, key })
