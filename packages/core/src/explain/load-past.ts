import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import { licenseRow, type LicenseName } from '../vault/license-name'
import type { Moment } from './moment'
import { pastAt, readPastEvents, type Past } from './past'
import { pastLicense } from './past-license'
import { licensesEverOf, readLicenses, type LicenseEvents } from './read-events'

const uplinksOf = (licenses: ReadonlyArray<LicenseEvents>): E.Either<CoreFault, ReadonlyArray<KeyId>> =>
  pipe(
    licenses,
    E.traverseArray(({ name, events }) => pastLicense(name, events)),
    E.map((found) => [...new Set(found.flatMap((license) => license?.facts.uplink ?? []))])
  )

/** The licenses that leaves hang on, whenever they were here. */
const readRoots = (
  home: Home,
  licenses: ReadonlyArray<LicenseEvents>
): TE.TaskEither<CoreFault, ReadonlyArray<LicenseEvents>> => {
  const known = new Set(licenses.map(({ name }) => licenseRow(name)))
  return pipe(
    TE.fromEither(uplinksOf(licenses)),
    TE.flatMap(TE.traverseSeqArray((uplink) => licensesEverOf(home, uplink))),
    TE.flatMap((lists) =>
      readLicenses(
        home,
        lists.flat().filter((name) => !known.has(licenseRow(name)))
      )
    )
  )
}

/** What is loaded of a home for one question. */
export interface PastWanted {
  readonly names: ReadonlyArray<LicenseName>
  readonly moment: Moment
  /** Time that the question is asked for, microseconds since 1970. */
  readonly now: number
}

/** Reads the streams of licenses, of their roots and of the home, up to a moment. @errors those of the store, `EventUnreadable`. */
export const loadPast = (home: Home, { names, moment, now }: PastWanted): TE.TaskEither<CoreFault, Past> =>
  pipe(
    readLicenses(home, names),
    TE.bindTo('own'),
    TE.bind('roots', ({ own }) => readRoots(home, own)),
    TE.bind('events', () => readPastEvents(home)),
    TE.flatMapEither(({ own, roots, events }) => pastAt(home, events, [...own, ...roots], moment, now))
  )
