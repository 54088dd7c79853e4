import type { EventStore } from '@custody/core/store'
import { IndividualizationIssued } from '@custody/services/individualization'
import { RestoreBatchDecided } from '@custody/services/management'
import { lastValueFrom, toArray } from 'rxjs'

import { nameOf } from './inspected-home'

/** What a service's log says of who restored what. Names of licenses as `nameOf` gives them, computers by their names there. */
export interface CountedComputers {
  /** The computers that were counted for each license, one entry for each time. */
  readonly computers: ReadonlyMap<string, ReadonlyArray<string>>
  /** The epochs that were certified for each computer. */
  readonly epochs: ReadonlyMap<string, ReadonlyArray<number>>
}

const add = <A>(map: Map<string, A[]>, key: string, values: ReadonlyArray<A>): void => {
  map.set(key, [...(map.get(key) ?? []), ...values])
}

/** Reads a service's log anew at each call, only what came since. */
export const countedComputers = (store: EventStore): (() => Promise<CountedComputers>) => {
  const [computers, epochs] = [new Map<string, string[]>(), new Map<string, number[]>()]
  let seen = 0
  return async () => {
    for (const { type, data, position } of await lastValueFrom(store.readAll(seen).pipe(toArray()))) {
      if (position <= seen) continue
      seen = position
      if (type === IndividualizationIssued.type && IndividualizationIssued.data.is(data)) add(epochs, data.mid, [data.epoch])
      if (type !== RestoreBatchDecided.type || !RestoreBatchDecided.data.is(data)) continue
      for (const { issuer = '', lid = '', added = [] } of data.results) add(computers, nameOf({ issuer, lid }), added)
    }
    return { computers, epochs }
  }
}

/**
 * What is wrong with a count: each license was restored on exactly these computers, each of them counted once.
 *
 * @param expected names of licenses with the computers that have them.
 */
export const countProblems = (
  computers: ReadonlyMap<string, ReadonlyArray<string>>,
  licenses: ReadonlyArray<string>,
  expected: ReadonlyArray<string>
): ReadonlyArray<string> =>
  licenses.flatMap((license) => {
    const counted = [...(computers.get(license) ?? [])].sort()
    const wanted = [...expected].sort()
    return JSON.stringify(counted) === JSON.stringify(wanted) ? [] : [`${license}: ${counted.length} counted, ${wanted.length} restored`]
  })
