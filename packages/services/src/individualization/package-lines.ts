import { b64u, sha256, tuple } from '@custody/core/encoding'
import {
  issueEnablerTable,
  issuePolicy,
  packageHead,
  packageLine,
  type EnablerTable,
  type PackagePart,
} from '@custody/core/individualization'
import { timestampFromMicros } from '@custody/core/license'

import type { Authority } from '../authority/authority'

/** Where what replaces a revoked component is found. */
export type Enabler = EnablerTable['entries'][number]

/** JSON of a table's entries, at most: in base64url and signed it stays below 1 MiB. */
const MOST_TABLE_BYTES = 700 * 1024
const MOST_TABLE_ENTRIES = 4096

/** Names a package by what it is made from: the same name is the same content. */
export const packageId = ({ trust, revocation, policy }: Authority, enablers: ReadonlyArray<Enabler>): string =>
  b64u(
    sha256(
      tuple(
        'custody/package/1',
        trust().jws,
        revocation().information,
        JSON.stringify(policy()),
        // One text: so many arguments as a large package has enablers no call takes.
        JSON.stringify(enablers)
      )
    )
  )

const tablesOf = function* (enablers: ReadonlyArray<Enabler>): Iterable<ReadonlyArray<Enabler>> {
  let [from, bytes] = [0, 0]
  for (const [at, enabler] of enablers.entries()) {
    const length = Buffer.byteLength(JSON.stringify(enabler)) + 1
    if (bytes + length > MOST_TABLE_BYTES || at - from >= MOST_TABLE_ENTRIES) {
      yield enablers.slice(from, at)
      ;[from, bytes] = [at, 0]
    }
    bytes += length
  }
  if (from < enablers.length) yield enablers.slice(from)
}

const partsOf = function* (authority: Authority, enablers: ReadonlyArray<Enabler>): Iterable<PackagePart> {
  const { name, clock } = authority
  const { kid, key } = authority.key('individualization-signing')
  const { restoreLimit, securityVersion, individualizationsADay } = authority.policy()
  const issued = timestampFromMicros(clock.now())
  const policy = { authority: name, issued, securityVersion, restoreLimit, individualizationsADay }
  const { information, lists } = authority.revocation()
  yield { part: 'trust', jws: authority.trust().jws }
  yield { part: 'policy', jws: issuePolicy(key, kid, policy) }
  for (const { document } of lists.values()) yield { part: 'revocation', jws: document }
  yield { part: 'information', jws: information }
  for (const entries of tablesOf(enablers)) {
    yield { part: 'enablers', jws: issueEnablerTable(key, kid, { authority: name, entries }) }
  }
}

/** The lines of a package, each with its line feed. Data only, every part of it signed: nothing of it is ever run. */
export const packageLines = function* (authority: Authority, id: string, enablers: ReadonlyArray<Enabler>): Iterable<string> {
  yield packageHead(id)
  for (const part of partsOf(authority, enablers)) yield packageLine(part)
}
