import type { ReadModelRow } from './event-store'
import type { ModelRow, StateRow } from './log-access'
import { bytesOf, type Row, textOf } from './row'

/** What a row of the table `read_model` says under its key. */
export const readModelRow = (row: Row): ReadModelRow => ({
  id: textOf(row, 'id'),
  value: JSON.parse(textOf(row, 'value')) as unknown,
})

/** A row of the table `read_model` with all of its names. */
export const modelRow = (row: Row): ModelRow => ({ key: textOf(row, 'key'), ...readModelRow(row) })

/** A row of the table `state`. */
export const stateRow = (row: Row): StateRow => ({ key: textOf(row, 'key'), value: bytesOf(row, 'value') })
