import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

/** A folder of the test's own. */
export interface TemporaryFolder {
  readonly path: (...names: ReadonlyArray<string>) => string
  /** Names in the folder, hidden ones too. */
  readonly names: () => ReadonlyArray<string>
  readonly remove: () => void
}

/** Makes it. */
export const temporaryFolder = (): TemporaryFolder => {
  const root = mkdtempSync(join(tmpdir(), 'custody-io-'))
  return {
    path: (...names) => join(root, ...names),
    names: () => readdirSync(root).sort(),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** What a task answers, without its wrapping: the value, or the fault. */
export const settled = async <L, A>(task: TaskEither<L, A>): Promise<L | A> => {
  const answer = await task()
  return E.isLeft(answer) ? answer.left : answer.right
}

/** The value; a fault is a failure of the test. */
export const must = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const answer = await task()
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}
