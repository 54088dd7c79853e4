import type { SeenRow } from '../run/seen-row'
import { enciphered } from './expected-ranges'
import type { MadeScheme } from '../media/made-scheme'

/** Which counter blocks of which keys were used, over any number of files. */
export interface CounterLedger {
  /**
   * Notes the blocks of a sample that was sealed under a key.
   *
   * @returns what was used before, in words; nothing when all is new.
   */
  readonly note: (keyId: string, row: SeenRow) => string | undefined
}

const BLOCK = 16
const HALF = 8
const COUNTING: ReadonlySet<string> = new Set(['mce', 'cenc', 'cens'])

interface Used {
  readonly from: bigint
  readonly to: bigint
}

/** Nothing used yet. */
export const createCounterLedger = (): CounterLedger => {
  const used = new Map<string, Used[]>()
  return {
    note: (keyId, row) => {
      if (!COUNTING.has(row.scheme)) return undefined
      const { scheme, iv, ranges, pattern, bytes } = row
      const view = new DataView(iv.buffer, iv.byteOffset)
      const name = `${keyId} ${String(view.getBigUint64(0))}`
      const length = enciphered(bytes.length, { scheme: scheme as MadeScheme, ranges, pattern }).reduce(
        (sum, { from, to }) => sum + to - from,
        0
      )
      const from = view.getBigUint64(HALF)
      const own = { from, to: from + BigInt(Math.ceil(length / BLOCK)) }
      const others = used.get(name) ?? []
      used.set(name, others)
      const met = others.some((other) => other.from < own.to && own.from < other.to)
      others.push(own)
      return met ? `counter ${String(view.getBigUint64(0))} of key ${keyId}` : undefined
    },
  }
}
