import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import { homeAuthority, type HomeAuthority } from '../authority/home-authority'
import { KEYSTORE, packageFile } from '../device/keystore-place'
import { readFailure } from '../device/read-failure'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { attempted } from '../fault/to-task-either'
import type { Home } from '../home/home'
import { individualizationKeys } from './meet-service'
import { acceptEnablerTable, readPackageLine } from './package-part'
import { packageLines } from './read-package'

/** What replaces revoked components; all arrays have the same length and order (RV-11). */
export interface ContentEnablers {
  /** Addresses to open; none of them was asked for yet. */
  readonly urls: ReadonlyArray<string>
  readonly types: ReadonlyArray<string>
  /** Bytes of what an address leads to. */
  readonly sizes: ReadonlyArray<number>
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Whether the authority's trust document stands for the address: a page of somebody else is never opened. */
const isListed = ({ trust }: HomeAuthority, text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  const hosts = Object.values(trust.urls).flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : []))
  return hosts.includes(hostname) && (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname)))
}

const found = async (home: Home, thumbprints: ReadonlySet<string>): Promise<ContentEnablers> => {
  const authority = await runTask(homeAuthority(home))
  const { epoch } = await runTask(home.device)
  const place = packageFile(join(home.directory, KEYSTORE), epoch)
  const expectation = { authority: authority.authority, keyFor: individualizationKeys({ home }, authority) }
  const entries: Array<readonly [string, string, number]> = []
  for await (const line of packageLines(place)) {
    const part = readPackageLine(line)
    if (E.isLeft(part) || part.right.part !== 'enablers') continue
    const table = acceptEnablerTable(expectation, part.right.jws)
    if (E.isLeft(table)) continue
    for (const { thumbprint, type, url, bytes } of table.right.entries) {
      if (thumbprints.has(thumbprint) && isListed(authority, url)) entries.push([url, type, bytes])
    }
  }
  return { urls: entries.map(([url]) => url), types: entries.map(([, type]) => type), sizes: entries.map(([, , size]) => size) }
}

/**
 * The content enablers for revoked keys, from the tables that came with the installed component; none is no fault. Tables
 * whose signature does not hold any more, and addresses that the trust document does not stand for, are left out.
 *
 * @errors `AuthorityUnknown`, `KeystoreMissing` for a component without a package, those of the store.
 */
export const contentEnablers =
  (home: Home) =>
  (thumbprints: ReadonlyArray<string>): TE.TaskEither<CoreFault, ContentEnablers> =>
    attempted(async () => {
      try {
        return await found(home, new Set(thumbprints))
      } catch (error) {
        if (error instanceof Error && 'syscall' in error) throw new CoreError(readFailure(home.directory, error))
        throw error
      }
    })
