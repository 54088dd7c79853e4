import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of one test: a home, the secret of its machine, and room for files. */
export interface Place {
  readonly root: string
  /** Not made yet: the command makes it at first use. */
  readonly home: string
  readonly machine: string
  /** Where programs put temporary files; empty when they cleaned up. */
  readonly temporary: string
  /** A path in the folder. */
  readonly at: (...names: ReadonlyArray<string>) => string
  /** The same folder with another home: another computer, or the same one when the machine is kept. */
  readonly withHome: (name: string) => Place
}

const placeIn = (root: string, name: string): Place => ({
  root,
  home: join(root, name),
  machine: join(root, `${name}-machine`),
  temporary: join(root, 'tmp'),
  at: (...names) => join(root, ...names),
  withHome: (other) => placeIn(root, other),
})

const made: string[] = []

/** A new place; `removePlaces` deletes it. */
export const createPlace = (): Place => {
  const root = mkdtempSync(join(tmpdir(), 'custody-story-'))
  made.push(root)
  const place = placeIn(root, 'home')
  mkdirSync(place.temporary)
  return place
}

/** Deletes every place of this test file. */
export const removePlaces = (): void => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true })
}
