import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import * as t from 'io-ts'

import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import { makeFolder, replaceFile } from './durable-file'

/** Where a home lies, as the machine remembers it outside the home. */
const MachineRecord = t.type({ v: t.literal(1), path: t.string, device: t.string, inode: t.string }, 'machine record')
type MachineRecord = Readonly<t.TypeOf<typeof MachineRecord>>

/** Which home is asked about, and where the machine keeps its records. */
export interface MachineRecordRequest {
  readonly directory: string
  readonly homeId: string
  readonly machineFile: string
  readonly random: Random
  /** The identity of the home in a folder, or nothing when there is none. */
  readonly homeIn: (directory: string) => Promise<string | undefined>
}

/** How a home stands to the place where the machine saw it last. `unknown`: the records cannot be kept, so copies go unseen. */
export type HomePlace = 'same' | 'new' | 'moved' | 'unknown'

const recordOf = async (directory: string): Promise<MachineRecord> => {
  const path = await realpath(directory)
  const { dev, ino } = await stat(path, { bigint: true })
  return { v: 1, path, device: String(dev), inode: String(ino) }
}

const readRecord = async (file: string): Promise<MachineRecord | undefined> => {
  try {
    const decoded = MachineRecord.decode(JSON.parse(await readFile(file, 'utf8')))
    return E.isRight(decoded) ? decoded.right : undefined
  } catch {
    return undefined
  }
}

const keepRecord = async (file: string, record: MachineRecord, random: Random, place: HomePlace): Promise<HomePlace> => {
  try {
    await replaceFile(file, JSON.stringify(record), random)
    return place
  } catch {
    return 'unknown'
  }
}

const sameFolder = (left: MachineRecord, right: MachineRecord): boolean =>
  left.device === right.device && left.inode === right.inode

/**
 * Tells a home that was moved from one that was copied on the same machine: the old place of a copied home still holds
 * the same identity. A check, no cryptography.
 *
 * @errors `HomeCopied` with the place of the original.
 */
export const checkHomePlace =
  ({ directory, homeId, machineFile, random, homeIn }: MachineRecordRequest): TaskEither<KeystoreFault, HomePlace> =>
  async () => {
    const folder = `${machineFile}.d`
    const file = join(folder, `${homeId}.json`)
    try {
      const here = await recordOf(directory)
      const known = await readRecord(file)
      if (known === undefined) {
        await makeFolder(folder)
        return E.right(await keepRecord(file, here, random, 'new'))
      }
      if (known.path === here.path && sameFolder(known, here)) return E.right('same')
      const copied = known.path !== here.path && !sameFolder(known, here) && (await homeIn(known.path)) === homeId
      if (copied) return E.left({ type: 'HomeCopied', place: directory, original: known.path })
      return E.right(await keepRecord(file, here, random, known.path === here.path ? 'same' : 'moved'))
    } catch {
      return E.right('unknown')
    }
  }
