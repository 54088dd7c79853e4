import { join } from 'node:path'

import { utf8 } from '../encoding/utf8'
import type { BackupMedium } from './backup-medium'
import type { Segment } from './backup-manifest'
import { leafOf } from './leaf'
import { lineText, type LineContent } from './line-text'
import { digestOf, LEAVES, MANIFEST, NEW_POINTER, partialFolder, POINTER, pointerText, segmentName, setFolder } from './set-files'

/** Most lines of a segment: that of a batch, see `BATCH_LIMIT`. */
export const SEGMENT_LINES = 512
/** Most bytes of a segment, so that a request with it stays below the 4 MiB that a service takes. */
export const SEGMENT_BYTES = 3 * 1024 * 1024

/** A segment that is on its way to the medium. */
export interface WrittenSegment {
  readonly name: string
  /** Bytes and lines of the set with this segment. */
  readonly written: number
  readonly lines: number
  /** Resolves when the segment and its leaves are durable; rejects with the medium's error. */
  readonly durable: Promise<void>
}

/** Writes one set. Members throw the medium's errors. */
export interface SetWriter {
  /** Whether the segment has no room for such a line, and has to be ended first. */
  readonly isFull: (content: LineContent) => boolean
  /** Adds a line to the segment, in memory. */
  readonly add: (content: LineContent) => void
  /** Makes a segment of the lines that were added. The one before has to be durable by then. */
  readonly endSegment: () => WrittenSegment
  /** What is written so far. */
  readonly segments: () => ReadonlyArray<Segment>
  readonly lines: () => number
  /** Writes the manifest and gives the folder its name. */
  readonly publish: (manifestJws: string) => Promise<void>
  /** Makes the set the current one. */
  readonly point: (manifestJws: string) => Promise<void>
}

const LINE_FEED = '\n'
/** More than the bytes of a line beside its document. */
const BESIDE_DOCUMENT = 512

const segmentOf = (name: string, bytes: Uint8Array, leaves: ReadonlyArray<Uint8Array>): Segment => ({
  name,
  bytes: bytes.length,
  lines: leaves.length,
  sha256: digestOf(bytes),
  leaves: digestOf(Buffer.concat(leaves)),
})

/** A medium may refuse to synchronize folders; the set is whole without. */
const syncAsFarAsPossible = (medium: BackupMedium, folder: string): Promise<void> => medium.syncFolder(folder).catch(() => undefined)

const removeLeftovers = async (medium: BackupMedium, directory: string, set: string): Promise<void> => {
  await medium.remove(join(directory, partialFolder(set)))
  await medium.remove(join(directory, setFolder(set)))
}

/** The last steps, in the order in which each is safe against a kill. */
const publication = (medium: BackupMedium, directory: string, set: string): Pick<SetWriter, 'publish' | 'point'> => ({
  publish: async (manifestJws) => {
    const folder = join(directory, partialFolder(set))
    await medium.append(join(folder, MANIFEST), utf8(manifestJws))
    await syncAsFarAsPossible(medium, folder)
    await medium.rename(folder, join(directory, setFolder(set)))
    await syncAsFarAsPossible(medium, directory)
  },
  point: async (manifestJws) => {
    const fresh = join(directory, NEW_POINTER)
    await medium.remove(fresh)
    await medium.append(fresh, utf8(pointerText({ set, manifest: digestOf(utf8(manifestJws)) })))
    await medium.rename(fresh, join(directory, POINTER))
    await syncAsFarAsPossible(medium, directory)
  },
})

/**
 * Begins a set in a folder of its own, which no reader looks at before it is published. What a killed run left of the same
 * set is removed: the caller knows that it is not the current one.
 *
 * @source docs/reference/protocols.md, section 3
 */
export const beginSet = async (medium: BackupMedium, directory: string, set: string): Promise<SetWriter> => {
  const folder = join(directory, partialFolder(set))
  await medium.makeFolder(directory)
  await removeLeftovers(medium, directory, set)
  await medium.makeNewFolder(folder)
  const segments: Segment[] = []
  let [lines, size, count, written] = [[] as string[], 0, 0, 0]
  let leaves: Uint8Array[] = []
  const write = async (name: string, bytes: Uint8Array, leavesOfIt: Uint8Array): Promise<void> => {
    await medium.append(join(folder, name), bytes)
    await medium.append(join(folder, LEAVES), leavesOfIt)
  }
  const endSegment = (): WrittenSegment => {
    const bytes = Buffer.from(lines.join(''), 'latin1')
    const segment = segmentOf(segmentName(segments.length + 1), bytes, leaves)
    segments.push(segment)
    written += bytes.length
    const durable = write(segment.name, bytes, Buffer.concat(leaves))
    ;[lines, leaves, size] = [[], [], 0]
    return { name: segment.name, written, lines: count, durable }
  }
  // A set without lines has the file too.
  await medium.append(join(folder, LEAVES), new Uint8Array())
  return {
    isFull: ({ doc }) => lines.length === SEGMENT_LINES || size + doc.length + BESIDE_DOCUMENT > SEGMENT_BYTES,
    add: (content) => {
      const line = lineText((count += 1), content)
      leaves.push(leafOf(count, line))
      lines.push(line + LINE_FEED)
      size += line.length + LINE_FEED.length
    },
    endSegment,
    segments: () => segments,
    lines: () => count,
    ...publication(medium, directory, set),
  }
}
