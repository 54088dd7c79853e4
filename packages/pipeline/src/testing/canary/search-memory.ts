import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

import type { CanaryHit, CanaryIndex } from './canary-index'
import { searchBlocks } from './search-blocks'

/** Pieces that are read at a time. */
const BLOCK = 4 * 1024 * 1024

/** What a process has mapped: `from-to rwxp offset device inode name`. @source proc(5), /proc/pid/maps */
const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) r(w?)..\s+\S+ \S+ \S+\s*(.*)$/

/** Whether the memory of processes can be read here: on Linux. */
export const canSearchMemory = (): boolean => process.platform === 'linux'

/**
 * Looks for secret bytes in all writable memory of another process of this user: heaps of the engine and of the system,
 * buffers in use and freed, stacks. For a process that this one started; it should be at rest, and must never have been told the
 * secrets to look for, for then it holds them rightly.
 *
 * @errors Throws where memory cannot be read; see {@link canSearchMemory}.
 */
export const searchMemory = (index: CanaryIndex, pid: number): ReadonlyArray<CanaryHit> => {
  const folder = `/proc/${String(pid)}`
  const mappings = readFileSync(`${folder}/maps`, 'latin1').split('\n').flatMap(mappingOf)
  const memory = openSync(`${folder}/mem`, 'r')
  try {
    return mappings.flatMap(({ from, size, name }) =>
      searchBlocks(index, `memory of ${String(pid)}: ${name}`, BLOCK, (into, at) =>
        at >= size ? 0 : readPages(memory, into.subarray(0, Math.min(into.length, size - at)), from + BigInt(at))
      )
    )
  } finally {
    closeSync(memory)
  }
}

interface Mapping {
  readonly from: bigint
  readonly size: number
  readonly name: string
}

const mappingOf = (line: string): ReadonlyArray<Mapping> => {
  const [, from = '', to = '', written = '', name = ''] = MAPPING.exec(line) ?? []
  if (written === '' || name === '[vvar]') return []
  const start = BigInt(`0x${from}`)
  return [{ from: start, size: Number(BigInt(`0x${to}`) - start), name: name === '' ? 'anonymous' : name }]
}

/** Pages that went away meanwhile read as the end of their mapping. */
const readPages = (memory: number, into: Uint8Array, position: bigint): number => {
  try {
    return readSync(memory, into, 0, into.length, position)
  } catch {
    return 0
  }
}
