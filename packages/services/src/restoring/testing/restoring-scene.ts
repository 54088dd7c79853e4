import type { KeyObject } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { backUp } from '@custody/core/backup'
import type { Answer, ConsentPort, Notice } from '@custody/core/consent'
import { b64u, sha256, utf8 } from '@custody/core/encoding'
import type { StoredEvent } from '@custody/core/event'
import { serviceClient, type ServiceClient, type ServiceTransport } from '@custody/core/exchange'
import { openHome, type Home, type HomeOptions } from '@custody/core/home'
import type { IssuerId, RequiredVersion } from '@custody/core/identity'
import { individualize } from '@custody/core/individualization'
import type { Conditions } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { restoreLicenses, type RestoreEnv, type RestoreRequest } from '@custody/core/restore'
import { lastValueFrom, toArray, type Observable } from 'rxjs'

import { manualClock, succeed, type ManualClock } from '../../authority/testing/temporary-authority'
import type { AuthorityPolicy } from '../../authority/authority-policy'
import { QUICK } from '../../license/testing/license-scene'
import { realAuthority } from '../../management/testing/real-authority'
import { nameOf, privateKey } from '../../management/testing/test-authority'
import { BACKED_UP, testBackup, testLicense, type BackupOptions, type TestLicense } from '../../management/testing/test-backup'
import { openOperator, type Operator, type OperatorOptions } from '../../operator/open-operator'
import { embeddedTransport } from '../../transport/embedded-transport'

/** One computer: a home that can be closed and opened again. */
export interface Computer {
  readonly options: HomeOptions
  readonly home: () => Home
  /** Closes the home and opens another one on the same folder, as after a kill. */
  readonly reopen: () => Promise<Home>
}

/** A person who answers notices, and what was asked. */
export interface Person extends ConsentPort {
  readonly asked: ReadonlyArray<Notice['kind']>
}

/** Answers every notice, or those of some kinds, with a yes. */
export const person = (...gives: ReadonlyArray<Notice['kind']>): Person => {
  const asked: Array<Notice['kind']> = []
  return {
    asked,
    ask: async ({ kind }): Promise<Answer> => {
      asked.push(kind)
      return { answer: gives.includes(kind) ? 'given' : 'declined', by: 'prompt' }
    },
  }
}

/** An operator with all its services, and computers that belong to it. */
export interface RestoringScene {
  readonly root: string
  readonly clock: ManualClock
  readonly operator: Operator
  readonly transport: ServiceTransport
  /** A computer; individualized, but for `plain` ones. */
  readonly computer: (kind?: 'plain') => Promise<Computer>
  /** Individualizes as needed. */
  readonly individualize: (home: Home, consent?: ConsentPort, by?: ServiceTransport) => Observable<StoredEvent>
  /** Opens the authority's folder a second time with another policy, which the operator follows. */
  readonly decide: (policy: Partial<AuthorityPolicy>) => Promise<void>
  readonly client: (by?: ServiceTransport) => ServiceClient
  readonly env: (home: Home, members?: Partial<RestoreEnv>, by?: ServiceTransport) => RestoreEnv
  readonly restore: (home: Home, request: RestoreRequest, members?: Partial<RestoreEnv>) => Promise<ReadonlyArray<StoredEvent>>
  /** A backup by the real process. */
  readonly backup: (home: Home) => Promise<string>
  /** A license of an issuer that the root certified. */
  readonly license: (conditions?: Conditions) => TestLicense
  /** A set of such licenses, in segments of one each, that another computer of the authority made. */
  readonly set: (licenses: ReadonlyArray<TestLicense>, options?: Partial<BackupOptions>) => Promise<string>
  readonly issuer: IssuerId
  /** Signs those licenses. */
  readonly issuerKey: KeyObject
  readonly remove: () => Promise<void>
}

/** All events of a process. */
export const eventsOf = (process: Observable<StoredEvent>): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(process.pipe(toArray()))

/** Types of events, in order. */
export const typesOf = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<string> => events.map(({ type }) => type)

/** Data of the events of one type, in order. */
export const dataOf = <A>(events: ReadonlyArray<StoredEvent>, type: string): ReadonlyArray<A> =>
  events.filter((event) => event.type === type).map(({ data }) => data as A)

const FILE_DIGITS = 5
const fileName = (segment: number): string => `documents-${String(segment).padStart(FILE_DIGITS, '0')}.ndjson`

const writeSet = (directory: string, { set, manifest, segments }: Awaited<ReturnType<typeof testBackup>>): string => {
  const folder = join(directory, `set-${set}`)
  mkdirSync(folder, { recursive: true })
  for (const [name, { lines }] of segments) writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''))
  writeFileSync(join(folder, 'leaves.bin'), Buffer.concat([...segments.values()].map(({ leaves }) => leaves)))
  writeFileSync(join(folder, 'manifest.jws'), manifest)
  writeFileSync(join(directory, 'CURRENT'), `${set} ${b64u(sha256(utf8(manifest)))}\n`)
  return directory
}

/** Opens homes of one folder, and closes those that are open at the end. */
const computers = (root: string, clock: ManualClock) => {
  const made: Computer[] = []
  const open = async (): Promise<Computer> => {
    const [directory, machineFile] = [join(root, `home-${made.length}`), join(root, `machine-${made.length}`)]
    const options = { directory, machineFile, clock, random: systemRandom }
    let home = await succeed(openHome(options))
    const computer = {
      options,
      home: () => home,
      reopen: async () => {
        home.close()
        home = await succeed(openHome(options))
        return home
      },
    }
    made.push(computer)
    return computer
  }
  return { open, close: () => made.forEach((computer) => computer.home().close()) }
}

const BOTH = person('restore', 'individualize')

/** Sets the scene. @param policy what the operator decides from the beginning. @param more what else it is opened with. */
export const restoringScene = async (
  policy: Partial<AuthorityPolicy> = {},
  more: Pick<OperatorOptions, 'openStore' | 'enablers'> = {}
): Promise<RestoringScene> => {
  const root = mkdtempSync(join(tmpdir(), 'custody-restoring-'))
  const clock = manualClock()
  const directory = join(root, 'authority')
  const operator = await succeed(openOperator({ directory, clock, random: systemRandom, policy, ...more }))
  const transport = embeddedTransport(operator.application)
  const homes = computers(root, clock)
  const authority = realAuthority(operator.authority)
  const issuer = privateKey()
  const issuers = [{ issuer: nameOf(issuer), chain: [authority.certifyIssuer(issuer)] }]
  let places = 0
  const place = (): string => join(root, `backup-${(places += 1)}`)
  const client = (by: ServiceTransport = transport): ServiceClient =>
    serviceClient({ transport: by, clock, random: systemRandom, wait: async () => undefined, pace: QUICK })
  const upgrade: RestoringScene['individualize'] = (home, consent = BOTH, by = transport) =>
    individualize({ home, client: client(by), consent })({ forced: false })
  const env: RestoringScene['env'] = (home, members = {}, by = transport) => ({ home, client: client(by), consent: BOTH, ...members })
  return {
    root,
    clock,
    operator,
    transport,
    computer: async (kind) => {
      const computer = await homes.open()
      if (kind === undefined) await eventsOf(upgrade(computer.home()))
      return computer
    },
    individualize: upgrade,
    decide: async (other) => {
      const again = await succeed(openOperator({ directory, clock, random: systemRandom, policy: other }))
      await again.close()
    },
    client,
    env,
    restore: (home, request, members = {}) => eventsOf(restoreLicenses(env(home, members))(request)),
    backup: async (home) => {
      const at = place()
      await eventsOf(backUp({ home })({ directory: at, overwrite: false }))
      return at
    },
    license: (conditions = BACKED_UP) => testLicense(issuer, clock, conditions),
    set: async (licenses, options = {}) => {
      const source = options.source ?? authority.individualize()
      const made = await testBackup({ authority, source, clock, licenses, issuers, perSegment: 1, nameOf: fileName, ...options })
      return writeSet(place(), made)
    },
    issuer: nameOf(issuer),
    issuerKey: issuer,
    remove: async () => {
      homes.close()
      await operator.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** A version that a license or an operator states. */
export const version = (text: string): RequiredVersion => text as RequiredVersion
