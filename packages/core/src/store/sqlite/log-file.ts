import { accessSync, closeSync, constants, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

const OWNER_ONLY = 0o600

/**
 * Makes the database file, readable by its owner alone, or checks that it can be read and written. Throws the file
 * system's error.
 *
 * An existing file is not opened: closing it would drop the locks that another connection of this process holds on it.
 */
export const ensureLogFile = (file: string): void => {
  try {
    closeSync(openSync(file, 'wx', OWNER_ONLY))
    syncFolder(dirname(file))
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'EEXIST') throw error
    accessSync(file, constants.R_OK | constants.W_OK)
  }
}

/** The engine makes the names of its journals last, not that of a file which it finds there. */
const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
