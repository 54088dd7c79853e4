import { appendCases } from './append-cases'
import { followCases } from './follow-cases'
import { modelCases } from './model-cases'
import type { FreshPlace } from './store-place'
import { readCases } from './read-cases'
import { stateCases } from './state-cases'
import type { StoreCase } from './store-case'

/** Every promise of the port that is the same on all engines. */
export const storeCases: ReadonlyArray<StoreCase> = [
  ...appendCases,
  ...readCases,
  ...followCases,
  ...modelCases,
  ...stateCases,
]

/** The two functions of a test runner that the kit calls: Jest's, Node's or any other's of the same form. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => void
  readonly it: (name: string, body: () => Promise<void>) => void
}

/**
 * Runs all cases on an engine, each in a fresh place.
 *
 * @example
 * describeEventStore('SQLite', freshSqlitePlace, { describe, it })
 */
export const describeEventStore = (name: string, fresh: FreshPlace, { describe, it }: TestRunner): void =>
  describe(`event store on ${name}`, () => {
    for (const { id, promise, run } of storeCases) {
      it(`${id}: ${promise}`, async () => {
        const place = await fresh()
        try {
          await run(place)
        } finally {
          await place.remove()
        }
      })
    }
  })
