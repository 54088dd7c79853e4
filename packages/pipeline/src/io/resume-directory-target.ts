import { readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as TE from 'fp-ts/TaskEither'

import type { IoFault } from '../fault/pipeline-fault'
import { directoryTarget, entriesOf, type DirectoryTarget, type KeptFiles } from './directory-target'
import { targetExists, targetFault } from './io-fault'
import { nextPartialName, stalePartials } from './partial-name'

/** An unfinished folder, taken over by {@link resumeDirectoryTarget}. */
export interface ResumedDirectory extends DirectoryTarget {
  /** Files that are kept: `file` opens each behind the bytes that stay. */
  readonly kept: KeptFiles
}

/**
 * Takes over what a killed process left of a folder. Files that are not kept are removed, the others cut to the bytes that stay.
 * Undefined where nothing is left that is wanted and has that many bytes; of several processes that look, one gets it.
 *
 * @param marker File in the folder that says what it was to be; it is read, and stays.
 * @param choose Told the marker's bytes; answers which files are to be kept, or undefined for a folder that is not wanted.
 * @errors those of {@link openDirectoryTarget}.
 */
export const resumeDirectoryTarget = (
  path: string,
  { overwrite, marker, choose }: ResumeOptions
): TE.TaskEither<IoFault, ResumedDirectory | undefined> => {
  const place = resolve(path)
  return TE.tryCatch(async () => {
    if (!overwrite && (await entriesOf(place)) > 0) throw targetExists(path)
    for (const entry of await stalePartials(dirname(place), basename(place))) {
      const left = join(dirname(place), entry)
      const kept = await keptIn(left, marker, choose)
      if (kept === undefined) continue
      const partial = join(dirname(place), nextPartialName(basename(place)))
      await rename(left, partial)
      await cutBack(partial, marker, kept)
      return { ...directoryTarget({ place, partial, overwrite, firstMade: undefined, kept }), kept }
    }
    return undefined
  }, targetFault(path))
}

/** How an unfinished folder is found. */
export interface ResumeOptions {
  readonly overwrite: boolean
  readonly marker: string
  readonly choose: (marker: Uint8Array) => Promise<KeptFiles | undefined>
}

const keptIn = async (folder: string, marker: string, choose: ResumeOptions['choose']): Promise<KeptFiles | undefined> => {
  const bytes = await readFile(join(folder, marker)).catch(() => undefined)
  const kept = bytes && (await choose(bytes))
  if (kept === undefined) return undefined
  for (const [name, size] of kept) {
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (found === undefined || found.size < size) return undefined
  }
  return kept
}

const cutBack = async (folder: string, marker: string, kept: KeptFiles): Promise<void> => {
  for (const name of await readdir(folder)) {
    const size = kept.get(name)
    if (size !== undefined) await truncate(join(folder, name), size)
    else if (name !== marker) await rm(join(folder, name), { recursive: true, force: true })
  }
}
