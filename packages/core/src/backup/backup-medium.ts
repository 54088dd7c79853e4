import { mkdir, open, rename, rm } from 'node:fs/promises'

import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER, syncFolder } from '../device/durable-file'

/** Where a backup is written: files of a medium that may fill up, be taken away or refuse. Members throw the system's errors. */
export interface BackupMedium {
  /** Makes a folder and those above it; one that exists is left as it is. */
  readonly makeFolder: (folder: string) => Promise<void>
  /** Makes a folder that must be new. */
  readonly makeNewFolder: (folder: string) => Promise<void>
  /** Adds bytes to a file, which is made where there is none, and makes them durable. */
  readonly append: (file: string, bytes: Uint8Array) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  /** Makes the names in a folder durable. */
  readonly syncFolder: (folder: string) => Promise<void>
  /** Removes a file or a whole folder, also one that is not there. */
  readonly remove: (place: string) => Promise<void>
}

const append = async (file: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(file, 'a', PRIVATE_FILE)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The file system. */
export const fileMedium: BackupMedium = {
  makeFolder,
  makeNewFolder: (folder) => mkdir(folder, { mode: PRIVATE_FOLDER }),
  append,
  rename,
  syncFolder,
  remove: (place) => rm(place, { recursive: true, force: true }),
}
