import { createReadStream } from 'node:fs'
import * as E from 'fp-ts/Either'

import { publicJwk } from '../certificate/public-key-jwk'
import { meetAuthority } from '../authority/meet-authority'
import type { HomeAuthority } from '../authority/home-authority'
import { CoreError } from '../fault/core-error'
import { orThrow, runTask } from '../fault/run-task'
import { storeRevocationsOf } from '../revocation/store-revocation-data'
import type { IndividualizationRun } from './individualization-run'
import { individualizationKeys } from './meet-service'
import { acceptEnablerTable, acceptPolicy, MAX_PACKAGE_LINE, readPackageHead, readPackageLine, type PackagePart } from './package-part'

const LINE_FEED = 10

const invalid = (part: string, why: string): CoreError => new CoreError({ type: 'PackageSignatureInvalid', part, why })

/** The lines of a package without their line feeds. Throws `CoreError` for a line that is too long or not ended. */
export async function* packageLines(place: string): AsyncGenerator<string> {
  let left: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(place) as AsyncIterable<Buffer>) {
    left = Buffer.concat([left, chunk])
    for (let end = left.indexOf(LINE_FEED); end >= 0; end = left.indexOf(LINE_FEED)) {
      yield left.toString('latin1', 0, end)
      left = left.subarray(end + 1)
    }
    if (left.length > MAX_PACKAGE_LINE) throw invalid('line', `more than ${MAX_PACKAGE_LINE} characters`)
  }
  if (left.length > 0) throw invalid('line', 'without an end')
}

/** Reads every part of a package in order, after its head. Rejects with `CoreError`. */
export const readPackage = async (place: string, id: string, part: (part: PackagePart) => Promise<void>): Promise<void> => {
  let head: string | undefined
  for await (const line of packageLines(place)) {
    if (head !== undefined) {
      await part(orThrow(readPackageLine(line)))
      continue
    }
    head = orThrow(readPackageHead(line))
    if (head !== id) throw invalid('head', `of the package ${head}`)
  }
  if (head === undefined) throw invalid('head', 'missing')
}

/**
 * Believes every part of a package on its own signature, then stores what the home goes by from here on: trust document and
 * revocation data. Nothing is stored of a package that has a bad part. Policy and enablers stay in the package's file.
 * Rejects with `CoreError`.
 */
export const takePackageIn = async (
  run: IndividualizationRun,
  authority: HomeAuthority,
  place: string,
  id: string
): Promise<void> => {
  const expectation = { authority: authority.authority, keyFor: individualizationKeys(run, authority) }
  const stored: PackagePart[] = []
  await readPackage(place, id, async (part) => {
    if (part.part === 'policy') orThrow(acceptPolicy(expectation, part.jws))
    else if (part.part === 'enablers') orThrow(acceptEnablerTable(expectation, part.jws))
    else stored.push(part)
    return Promise.resolve()
  })
  for (const { part, jws } of stored) {
    if (part === 'trust') await meetTrust(run, authority, jws)
    else await runTask(storeRevocationsOf(run.home)([jws], []))
  }
}

/** A package may have been made before the trust document that is stored by now. */
const meetTrust = async ({ home }: IndividualizationRun, { root }: HomeAuthority, trust: string): Promise<void> => {
  const met = await meetAuthority(home)({ trust, root: publicJwk(root) })()
  if (E.isLeft(met) && met.left.type !== 'TrustRolledBack') throw new CoreError(met.left)
}
