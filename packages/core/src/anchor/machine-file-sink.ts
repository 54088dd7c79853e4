import * as E from 'fp-ts/Either'

import { systemCode, writing } from '../device/durable-file'
import { machineRecordFile, readMachineRecord, recordOf, writeMachineRecord } from '../device/machine-record'
import type { Random } from '../random/random'
import type { AnchorSink } from './anchor-sink'

/** Which home's record keeps the anchors. */
export interface MachineFileSink {
  readonly directory: string
  readonly homeId: string
  readonly machineFile: string
  readonly random: Random
}

/** Two processes may write the record at once, and the later write wins; so many times the other one looks again. */
const ATTEMPTS = 3

const keepOnce = async (file: string, { directory, random }: MachineFileSink, anchor: string): Promise<boolean> => {
  const known = await readMachineRecord(file).catch(() => undefined)
  const record = known ?? (await recordOf(directory))
  if (record.anchors.includes(anchor)) return true
  await writeMachineRecord(file, { ...record, anchors: [...record.anchors, anchor] }, random)
  return false
}

/**
 * Keeps the newest anchors in the record that the machine has of the home, beside the machine file. It lies on the same
 * computer, so it shows what happens to the home alone, and nothing against who owns the account.
 */
export const machineFileSink = (options: MachineFileSink): AnchorSink => {
  const file = machineRecordFile(options.machineFile, options.homeId)
  return {
    keep: (anchor) =>
      writing(file, async () => {
        for (let attempts = 0; attempts < ATTEMPTS; attempts += 1) {
          if (await keepOnce(file, options, anchor)) return
        }
      }),
    newest: async () => {
      try {
        return E.right((await readMachineRecord(file))?.anchors ?? [])
      } catch (error) {
        const code = systemCode(error)
        return code === 'ENOENT' ? E.right([]) : E.left({ type: 'HomeUnwritable', place: file, code })
      }
    },
  }
}
