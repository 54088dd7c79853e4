/** What the services' log says of computers: that each license counts each computer once, and no other. */
import { systemClock } from '@custody/core/clock'
import { systemRandom } from '@custody/core/random'
import { openPostgresStore } from '@custody/core/store/postgres'
import { openAuthority } from '@custody/services/authority'
import { lastValueFrom, scan } from 'rxjs'

import { succeed } from '../vault/bench-home.mjs'

/** @returns for each number of computers, how many licenses have it. */
export const countedComputers = async ({ directory, address: connection, schema }) => {
  const authority = await succeed(
    openAuthority({
      directory,
      clock: systemClock,
      random: systemRandom,
      ...(connection && { openStore: (given) => openPostgresStore({ ...given, connection, schema }) }),
    })
  )
  const sets = await lastValueFrom(
    authority.store.readAll().pipe(
      scan((found, { type, data }) => {
        if (type !== 'RestoreBatchDecided') return found
        for (const { issuer, lid, added = [] } of data.results) {
          if (issuer === undefined) continue
          const license = `${issuer}/${lid}`
          const computers = found.get(license) ?? new Set()
          for (const one of added) {
            if (computers.has(one)) throw new Error(`${license} counts ${one} twice`)
            computers.add(one)
          }
          found.set(license, computers)
        }
        return found
      }, new Map())
    )
  )
  authority.close()
  const histogram = {}
  for (const { size } of sets.values()) histogram[size] = (histogram[size] ?? 0) + 1
  return histogram
}
