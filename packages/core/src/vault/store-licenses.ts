import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { defer, from, type Observable } from 'rxjs'

import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { KeyBlock } from '../license/key-block'
import { revocationState } from '../revocation/stored-revocation'
import { documentJudge, WORTH_A_THREAD, type DocumentJudge } from './judge-documents'
import { storeRun, type Arrival, type StoredRun } from './store-run'
import { issuerTrust, trustedIssuers, type IssuerTrust } from './trusted-issuers'

/** A license of many, as it comes in. Its secrets stay the caller's, to be wiped when its run was told. */
export interface IncomingLicense {
  /** Compact JWS. */
  readonly document: string
  /** Absent for a leaf of a chain, whose document carries its key. */
  readonly content?: KeyBlock
}

/** A run is checked and stored as a whole: small enough to hold twice, large enough to share one transaction and to be worth a thread. */
const RUN = WORTH_A_THREAD

/** Begins to check a run. */
const arrivals = async (
  { judge }: DocumentJudge,
  trust: IssuerTrust,
  now: number,
  licenses: ReadonlyArray<IncomingLicense>,
  first: number
): Promise<ReadonlyArray<Arrival>> => {
  const verdicts = await judge(trust, now, licenses.map(({ document }) => document))
  return verdicts.map((license, index) => ({ number: first + index, license, content: licenses[index]?.content }))
}

const trustNow = (home: Home): Promise<IssuerTrust> =>
  runTask(
    pipe(
      TE.Do,
      TE.bind('issuers', () => trustedIssuers(home)),
      TE.bind('revocation', () => revocationState(home)),
      TE.map(({ issuers, revocation }) => issuerTrust(issuers, revocation))
    )
  )

const nextRun = (licenses: Iterator<IncomingLicense>): ReadonlyArray<IncomingLicense> => {
  const run: IncomingLicense[] = []
  while (run.length < RUN) {
    const next = licenses.next()
    if (next.done === true) break
    run.push(next.value)
  }
  return run
}

async function* runs(home: Home, licenses: Iterable<IncomingLicense>): AsyncGenerator<StoredRun, void> {
  const judge = documentJudge()
  try {
    yield* judgedRuns(home, judge, licenses[Symbol.iterator]())
  } finally {
    await judge.close()
  }
}

async function* judgedRuns(
  home: Home,
  judge: DocumentJudge,
  iterator: Iterator<IncomingLicense>
): AsyncGenerator<StoredRun, void> {
  let first = 0
  const begin = async () => {
    const incoming = nextRun(iterator)
    if (incoming.length === 0) return undefined
    const trust = await trustNow(home)
    const checking = arrivals(judge, trust, home.clock.now(), incoming, first)
    first += incoming.length
    // Boxed, or waiting for the beginning would be waiting for the end.
    return { checking }
  }
  for (let run = await begin(); run !== undefined; ) {
    const arrived = await run.checking
    // While this one is stored, other threads check the next.
    run = await begin()
    yield await storeRun(home, arrived)
  }
}

/**
 * Puts many licenses into the vault, with every check that one of them gets: issuers, signatures, canonical bytes, limits,
 * commitments. A run of 1024 is one append; a license that is refused stops no other. Cold; unsubscribing ends it after the
 * run that is being stored. The iterable is asked for at most two runs ahead of what was told.
 *
 * @errors `CoreError` with the faults of keystore and store; what was told before stays stored.
 */
export const storeLicenses =
  (home: Home) =>
  (licenses: Iterable<IncomingLicense>): Observable<StoredRun> =>
    defer(() => from(runs(home, licenses)))
