import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import { machineRecordFile, readMachineRecord, recordOf, writeMachineRecord, type MachineRecord } from './machine-record'

/** Which home is asked about, and where the machine keeps its records. */
export interface HomePlaceRequest {
  readonly directory: string
  readonly homeId: string
  readonly machineFile: string
  readonly random: Random
  /** The identity of the home in a folder, or nothing when there is none. */
  readonly homeIn: (directory: string) => Promise<string | undefined>
}

/** How a home stands to the place where the machine saw it last. `unknown`: the records cannot be kept, so copies go unseen. */
export type HomePlace = 'same' | 'new' | 'moved' | 'unknown'

const keepRecord = async (file: string, record: MachineRecord, random: Random, place: HomePlace): Promise<HomePlace> => {
  try {
    await writeMachineRecord(file, record, random)
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
  ({ directory, homeId, machineFile, random, homeIn }: HomePlaceRequest): TaskEither<KeystoreFault, HomePlace> =>
  async () => {
    const file = machineRecordFile(machineFile, homeId)
    try {
      const here = await recordOf(directory)
      const known = await readMachineRecord(file).catch(() => undefined)
      if (known === undefined) return E.right(await keepRecord(file, here, random, 'new'))
      if (known.path === here.path && sameFolder(known, here)) return E.right('same')
      const copied = known.path !== here.path && !sameFolder(known, here) && (await homeIn(known.path)) === homeId
      if (copied) return E.left({ type: 'HomeCopied', place: directory, original: known.path })
      const moved = { ...here, anchors: known.anchors }
      return E.right(await keepRecord(file, moved, random, known.path === here.path ? 'same' : 'moved'))
    } catch {
      return E.right('unknown')
    }
  }
