import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@custody/core/clock'
import { openHome } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, toArray } from 'rxjs'

import { whenInstalled } from '../test/gate/when-installed'
import { sharedPostgres } from '../test/postgres/shared-postgres'
import { individualizeAt, openInstance } from './several-instances'

const TIMEOUT = 60_000

const succeed = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

whenInstalled('postgres').describe('the example of several instances', () => {
  it(
    'goes on at one instance where another one stopped',
    async () => {
      const { address: connection } = await sharedPostgres()
      const schema = `example_${randomUUID().replaceAll('-', '')}`
      const folder = mkdtempSync(join(tmpdir(), 'custody-example-'))
      const place = { directory: join(folder, 'home'), machineFile: join(folder, 'machine') }
      const home = await succeed(openHome({ ...place, clock: systemClock, random: systemRandom }))
      const first = await succeed(openInstance(join(folder, 'authority'), connection, schema))
      const second = await succeed(openInstance(join(folder, 'authority'), connection, schema))
      try {
        for (const instance of [first, second]) {
          const events = await lastValueFrom(individualizeAt(await instance.listen({ port: 0 }), home).pipe(toArray()))
          expect(events.map(({ type }) => type)).toContain('IndividualizationSucceeded')
        }
        expect((await succeed(home.device)).epoch).toBe(2)
        expect(first.authority.name).toBe(second.authority.name)
      } finally {
        await first.close()
        await second.close()
        home.close()
        rmSync(folder, { recursive: true })
      }
    },
    TIMEOUT
  )
})
