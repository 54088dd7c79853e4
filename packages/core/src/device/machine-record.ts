import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import type { Random } from '../random/random'
import { makeFolder, replaceFile } from './durable-file'

/** What the machine remembers of a home, outside of it: where its folder lies, and how far its log had come. */
export interface MachineRecord {
  readonly path: string
  readonly device: string
  readonly inode: string
  /** The newest anchors of the log as compact JWS, newest last; at most {@link KEPT_ANCHORS}. */
  readonly anchors: ReadonlyArray<string>
}

/** Anchors that a record keeps. */
export const KEPT_ANCHORS = 16

const Folder = t.type({ path: t.string, device: t.string, inode: t.string })
/** Version 1 had no anchors yet. */
const FirstRecord = t.intersection([t.type({ v: t.literal(1) }), Folder], 'machine record 1')
const SecondRecord = t.intersection([t.type({ v: t.literal(2), anchors: t.array(t.string) }), Folder], 'machine record 2')

/** The file of a home's record, in the folder beside the machine file. */
export const machineRecordFile = (machineFile: string, homeId: string): string =>
  join(`${machineFile}.d`, `${homeId}.json`)

/** The record of a folder as it lies there now, without anchors. Throws the file system's error. */
export const recordOf = async (directory: string): Promise<MachineRecord> => {
  const path = await realpath(directory)
  const { dev, ino } = await stat(path, { bigint: true })
  return { path, device: String(dev), inode: String(ino), anchors: [] }
}

/** Reads a record of any version; nothing for a file that is none. Throws the file system's error, also for no file. */
export const readMachineRecord = async (file: string): Promise<MachineRecord | undefined> => {
  const text = await readFile(file, 'utf8')
  const parsed = E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => undefined
  )
  if (E.isLeft(parsed)) return undefined
  const second = SecondRecord.decode(parsed.right)
  if (E.isRight(second)) return second.right
  const first = FirstRecord.decode(parsed.right)
  return E.isRight(first) ? { ...first.right, anchors: [] } : undefined
}

/** Writes a record, whole at every moment. Throws the file system's error. */
export const writeMachineRecord = async (
  file: string,
  { path, device, inode, anchors }: MachineRecord,
  random: Random
): Promise<void> => {
  await makeFolder(dirname(file))
  await replaceFile(file, JSON.stringify({ v: 2, path, device, inode, anchors: anchors.slice(-KEPT_ANCHORS) }), random)
}
