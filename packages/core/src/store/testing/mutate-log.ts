import fc from 'fast-check'

import { chainHash } from '../../event/chain-hash'
import type { LogRecord } from '../../event/log-record'

/** One change that somebody makes to the records of a log. */
export interface Mutation {
  readonly kind: 'edit' | 'drop' | 'swap' | 'splice'
  readonly records: ReadonlyArray<LogRecord>
}

type Edit = (record: LogRecord) => LogRecord

const text = fc.string({ unit: 'binary', maxLength: 8 }).filter((value) => !value.includes('\0'))

/** Inserts, replaces or deletes somewhere in a text. */
const changedText = fc.tuple(fc.nat(), fc.nat(2), text).map(([at, removed, inserted]) => (value: string): string => {
  const from = at % (value.length + 1)
  return value.slice(0, from) + inserted + value.slice(from + removed)
})

const NAMES = ['id', 'stream', 'type', 'text', 'previousHash', 'hash'] as const
const OPTIONAL = ['causation', 'correlation'] as const
const NUMBERS = ['position', 'revision', 'schemaVersion', 'time'] as const

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), changedText).map(
    ([name, change]): Edit => (record) => ({ ...record, [name]: change(record[name]) })
  ),
  fc.tuple(fc.constantFrom(...OPTIONAL), text.filter((value) => value !== '')).map(
    ([name, value]): Edit => (record) => ({ ...record, [name]: record[name] === null ? value : null })
  ),
  fc.tuple(fc.constantFrom(...NUMBERS), fc.integer({ min: -5, max: 2 ** 31 })).map(
    ([name, by]): Edit => (record) => ({ ...record, [name]: Math.max(0, record[name] + by) })
  )
)

/** Whoever edits may hash the edited record anew; its neighbour and the head still name the old one. */
const rehashed = (record: LogRecord): LogRecord => ({ ...record, hash: chainHash(record) })

const place = fc.nat()

const editOf = (records: ReadonlyArray<LogRecord>): fc.Arbitrary<Mutation> =>
  fc.tuple(place, edit, fc.boolean()).map(([at, change, again]) => ({
    kind: 'edit',
    records: records.map((record, index) => {
      if (index !== at % records.length) return record
      const changed = change(record)
      return again && /^[0-9a-f]{64}$/.test(changed.previousHash) ? rehashed(changed) : changed
    }),
  }))

const dropOf = (records: ReadonlyArray<LogRecord>): fc.Arbitrary<Mutation> =>
  fc.tuple(place, fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([at, count, renumber]) => {
    const from = at % records.length
    const rest = [...records.slice(0, from), ...records.slice(from + count)]
    return { kind: 'drop', records: renumber ? renumbered(rest) : rest }
  })

const swapOf = (records: ReadonlyArray<LogRecord>): fc.Arbitrary<Mutation> =>
  fc.tuple(place, place, fc.boolean()).map(([a, b, renumber]) => {
    const [first, second] = [a % records.length, b % records.length]
    const swapped = records.map((record, index) => {
      if (index === first) return records[second] ?? record
      return index === second ? (records[first] ?? record) : record
    })
    return { kind: 'swap', records: renumber ? renumbered(swapped) : swapped }
  })

/** Records of this log or of another one with the same key, put in between or in place of others. */
const spliceOf = (records: ReadonlyArray<LogRecord>, others: ReadonlyArray<LogRecord>): fc.Arbitrary<Mutation> =>
  fc
    .tuple(fc.boolean(), place, fc.integer({ min: 1, max: 3 }), place, fc.nat(3), fc.boolean())
    .map(([own, from, count, at, replaced, renumber]) => {
      const source = own ? records : others
      const start = from % source.length
      const to = at % (records.length + 1)
      const piece = source.slice(start, start + count)
      const spliced = [...records.slice(0, to), ...piece, ...records.slice(to + replaced)]
      return { kind: 'splice', records: renumber ? renumbered(spliced) : spliced }
    })

const renumbered = (records: ReadonlyArray<LogRecord>): ReadonlyArray<LogRecord> =>
  records.map((record, index) => ({ ...record, position: index + 1 }))

/** Any single edit, drop, swap or splice of a log; one that changes nothing is none. */
export const mutationOf = (
  records: ReadonlyArray<LogRecord>,
  others: ReadonlyArray<LogRecord>
): fc.Arbitrary<Mutation> => {
  const whole = JSON.stringify(records)
  return fc
    .oneof({ arbitrary: editOf(records), weight: 3 }, dropOf(records), swapOf(records), spliceOf(records, others))
    .filter((mutation) => JSON.stringify(mutation.records) !== whole)
}
