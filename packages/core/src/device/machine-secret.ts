import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import { secretFromBytes, type Secret } from '../secret/secret'
import { makeFolder, publishFile, removeSecondNames, writing } from './durable-file'
import { readFailure } from './read-failure'

/** Bytes of the machine secret, and of its file. */
export const MACHINE_SECRET_LENGTH = 32

const readExactly = async (file: string): Promise<Uint8Array | undefined> => {
  const handle = await open(file, 'r')
  try {
    // One byte more than the secret: a longer file is another file, however much longer it is.
    const bytes = new Uint8Array(MACHINE_SECRET_LENGTH + 1)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytesRead === MACHINE_SECRET_LENGTH ? bytes.subarray(0, MACHINE_SECRET_LENGTH) : undefined
  } finally {
    await handle.close()
  }
}

const readMachineSecret =
  (file: string): TE.TaskEither<KeystoreFault, Secret> =>
  async () => {
    try {
      const bytes = await readExactly(file)
      // Without the right to list the folder the second name stays; the secret opens all the same.
      await removeSecondNames(file).catch(() => undefined)
      return bytes === undefined
        ? E.left({ type: 'KeystoreDamaged', place: file })
        : E.right(secretFromBytes(bytes))
    } catch (error) {
      return E.left(readFailure(file, error))
    }
  }

const makeMachineSecret = (file: string, random: Random): TE.TaskEither<KeystoreFault, boolean> =>
  writing(file, async () => {
    await makeFolder(dirname(file))
    const bytes = random.bytes(MACHINE_SECRET_LENGTH)
    try {
      return await publishFile(file, bytes, random)
    } finally {
      bytes.fill(0)
    }
  })

/**
 * Opens the secret that all homes of one machine account are bound to; makes it, 32 random bytes with mode 0600, where
 * there is none. Processes that race for the first run get the same one.
 *
 * @errors `KeystoreDamaged` for a file that is no machine secret, `HomeUnwritable` where none can be made or read.
 */
export const openMachineSecret = (file: string, random: Random): TE.TaskEither<KeystoreFault, Secret> =>
  pipe(
    readMachineSecret(file),
    TE.orElse((fault) =>
      fault.type === 'KeystoreMissing'
        ? pipe(
            makeMachineSecret(file, random),
            TE.flatMap(() => readMachineSecret(file))
          )
        : TE.left(fault)
    )
  )
