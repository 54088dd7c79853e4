import type { KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@custody/core/clock'
import type { StoredEvent } from '@custody/core/event'
import { openHome, protectLicense, type Home, type HomeOptions } from '@custody/core/home'
import type { KeyId, LicenseId, SystemId } from '@custody/core/identity'
import type { Conditions } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { secretFromBytes } from '@custody/core/secret'
import {
  authorizeExport,
  authorizeImport,
  authorizeProtection,
  type ExportDecision,
  type ExportRequest,
  type Grant,
  type ProtectionGrant,
} from '@custody/core/transfer'
import { memoryLog, openMemoryStore } from '@custody/core/store/memory'
import { reserveCounters, revealKeys, secretDigits } from '@custody/core/vault'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, toArray } from 'rxjs'

import type { CounterRange } from '../../operators/protection/counter-range'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const SECOND = 1_000_000

/** The value of a task; throws its fault as JSON. */
export const succeed = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

/** A key that a test chooses for a target. */
export interface GivenKey {
  readonly keyId: KeyId
  /** Hex. */
  readonly key: string
}

/** A real home in a folder of the test's own, with a clock that stands still until told. */
export interface TemporaryHome {
  readonly home: Home
  readonly advance: (seconds: number) => void
  /** A license for content under a key of the test's choice. */
  readonly license: (keyId: KeyId, key: string, until?: number) => Promise<LicenseId>
  /** A license under conditions of the test's choice; false for those that no license can state. */
  readonly licensed: (keyId: KeyId, conditions: Conditions) => Promise<boolean>
  /** Whether the content of a license may leave for the system that is registered. */
  readonly exports: (keyId: KeyId) => Promise<boolean>
  readonly protection: (lid: LicenseId) => Promise<ProtectionGrant>
  /** A grant to export to keys given or, for `undefined`, made. */
  readonly exporting: (keyId: KeyId, targets: ReadonlyArray<GivenKey | undefined>) => Promise<Granted>
  /** A grant to take over content under the given keys to that of a license of the home's own. */
  readonly importing: (lid: LicenseId, sources: ReadonlyArray<GivenKey>, scheme: string) => Promise<Grant>
  /** Hex of the keys. */
  readonly reveal: (keyIds: ReadonlyArray<KeyId>) => Promise<ReadonlyArray<string>>
  /** Counters of a key, set aside in the log for one writer. */
  readonly counters: (keyId: KeyId, count: bigint) => Promise<CounterRange>
  readonly events: (stream: string) => Promise<ReadonlyArray<StoredEvent>>
  /** All that the log says, or what it says above a position. */
  readonly log: (afterPosition?: number) => Promise<ReadonlyArray<StoredEvent>>
  /** The folder with everything that the home wrote. */
  readonly root: string
  readonly remove: () => void
}

type Granted = Extract<ExportDecision, { readonly type: 'Granted' }>

const secretOf = (hex: string): ReturnType<typeof secretFromBytes> => secretFromBytes(Uint8Array.from(Buffer.from(hex, 'hex')))

type Window = NonNullable<Conditions['rights'][number]['windows']>[number]
type Timestamp = NonNullable<Window['until']>

const conditionsUntil = (until: string | undefined): Conditions => ({
  rights: [{ action: 'Copy', windows: [{ count: 100, ...(until === undefined ? {} : { until: until as Timestamp }) }] }],
  inclusion: [SYSTEM],
})

const exportRequest = (keyId: KeyId, targets: ReadonlyArray<GivenKey | undefined>): ExportRequest => ({
  keyId,
  system: SYSTEM,
  action: 'Copy',
  source: { digest: 'A'.repeat(43) },
  registered: [SYSTEM],
  targetKeys: targets.map((given) => ({
    scheme: 'cenc',
    ...(given === undefined ? {} : { given: { keyId: given.keyId, key: secretOf(given.key) } }),
  })),
})

/** How a home of a test is made. */
export interface TemporaryHomeOptions {
  /** Its log is in memory: many times faster, and gone with the process. */
  readonly inMemory?: boolean
  /** Public key of the root of the authority that the home is under; under none unless told. */
  readonly authorityRoot?: KeyObject
}

const inMemoryStore: Pick<HomeOptions, 'openStore'> = {
  openStore: (env) => TE.right(openMemoryStore(memoryLog(env.logId), env)),
}

const freshHome = (
  root: string,
  { inMemory = false, authorityRoot, clock }: TemporaryHomeOptions & Pick<HomeOptions, 'clock'>
): Promise<Home> => {
  const place = { directory: join(root, 'home'), machineFile: join(root, 'machine') }
  const options = { ...place, clock, random: systemRandom, ...(authorityRoot && { authorityRoot }) }
  return succeed(openHome({ ...options, ...(inMemory && inMemoryStore) }))
}

/** Opens a fresh home. */
export const temporaryHome = async (options: TemporaryHomeOptions = {}): Promise<TemporaryHome> => {
  const root = mkdtempSync(join(tmpdir(), 'custody-pipeline-'))
  // Whole seconds, as licenses state them.
  let now = Math.floor(systemClock.now() / SECOND) * SECOND
  const clock = { now: () => now }
  const home = await freshHome(root, { clock, ...options })
  return {
    home,
    advance: (seconds) => {
      now += seconds * SECOND
    },
    license: async (keyId, key, until) => {
      const end = until === undefined ? undefined : new Date((now + until * SECOND) / 1000).toISOString().replace(/\.\d+Z$/, 'Z')
      const request = { keyId, contentKey: secretOf(key), conditions: conditionsUntil(end) }
      return (await succeed(protectLicense(home)(request))).lid
    },
    licensed: async (keyId, conditions) => E.isRight(await protectLicense(home)({ keyId, conditions })()),
    exports: async (keyId) => (await succeed(authorizeExport(home)(exportRequest(keyId, [undefined])))).type === 'Granted',
    protection: (lid) => succeed(authorizeProtection(home)({ lid })),
    exporting: async (keyId, targets) => {
      const decision = await succeed(authorizeExport(home)(exportRequest(keyId, targets)))
      if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
      return decision
    },
    importing: async (lid, sources, scheme) => {
      const decision = await succeed(
        authorizeImport(home)({
          lid,
          system: SYSTEM,
          source: { digest: 'A'.repeat(43) },
          sourceKeys: sources.map(({ keyId, key }) => ({ keyId, key: secretOf(key) })),
          scheme,
          registered: [SYSTEM],
        })
      )
      if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
      return decision.grant
    },
    reveal: async (keyIds) =>
      (await succeed(revealKeys(home)(keyIds))).map((revealed) => Buffer.from(secretDigits(revealed)).toString('latin1')),
    counters: (keyId, count) => succeed(reserveCounters(home)({ keyId, count, shared: false })),
    log: (afterPosition) => lastValueFrom(home.store.readAll(afterPosition).pipe(toArray())),
    root,
    events: (stream) => lastValueFrom(home.store.read(stream).pipe(toArray())),
    remove: () => {
      home.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
