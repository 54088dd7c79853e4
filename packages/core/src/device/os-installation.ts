import { readFile } from 'node:fs/promises'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { utf8 } from '../encoding/utf8'
import type { KeystoreFault } from '../fault/core-fault'
import { secretFromBytes, type Secret } from '../secret/secret'
import { systemCode } from './durable-file'

/**
 * The name that an installation of the operating system gives itself, as a secret of the caller's. It goes into the binding key
 * of a home and nowhere else: into no message, no log and no identifier (R22).
 *
 * @errors `FactorUnavailable` where the system has none.
 */
export type InstallationPort = () => TaskEither<KeystoreFault, Secret>

/** Places of the machine id, the second for systems without the first. @source machine-id(5) */
export const MACHINE_ID_FILES: ReadonlyArray<string> = ['/etc/machine-id', '/var/lib/dbus/machine-id']

const ID_LENGTH = 32
const LINE_FEED = 0x0a
const HEX_DIGITS: ReadonlySet<number> = new Set(utf8('0123456789abcdef'))

/** 32 hex digits in lower case, with or without a line feed. */
const isMachineId = (bytes: Uint8Array): boolean => {
  const rest = bytes.subarray(ID_LENGTH)
  return (
    bytes.length >= ID_LENGTH &&
    bytes.subarray(0, ID_LENGTH).every((byte) => HEX_DIGITS.has(byte)) &&
    (rest.length === 0 || (rest.length === 1 && rest[0] === LINE_FEED))
  )
}

const unavailable = (why: string): KeystoreFault => ({ type: 'FactorUnavailable', factor: 'os-installation', why })

const readMachineId = async (file: string): Promise<Secret | string> => {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    return `${file}: ${systemCode(error)}`
  }
  try {
    return isMachineId(bytes) ? secretFromBytes(bytes.subarray(0, ID_LENGTH)) : `${file} holds no machine id`
  } finally {
    bytes.fill(0)
  }
}

/**
 * Reads the machine id of Linux. Other systems have none that is no hardware number and can be read without another program:
 * there an application gives a port of its own.
 *
 * @param files looked at in order; the first that holds a machine id counts.
 */
export const machineIdInstallation =
  (files: ReadonlyArray<string> = MACHINE_ID_FILES): InstallationPort =>
  () =>
  async () => {
    const failures: string[] = []
    for (const file of files) {
      const found = await readMachineId(file)
      if (typeof found !== 'string') return E.right(found)
      failures.push(found)
    }
    return E.left(unavailable(failures.join('; ')))
  }
