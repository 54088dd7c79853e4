import type { KeyObject } from 'node:crypto'

import type { Conditions } from '@custody/core/license'
import type { EventStore } from '@custody/core/store'

import type { ManagementEnv } from '../management-env'
import { privateKey, testAuthority, nameOf, type TestAuthority, type TestComputer } from './test-authority'
import { BACKED_UP, testBackup, testLicense, type BackupOptions, type TestBackup, type TestLicense } from './test-backup'
import { testClock, testEnv, type TestClock } from './test-service'

/** An authority with a license server, one computer that made a backup, and the service. */
export interface RestoreScene {
  readonly clock: TestClock
  readonly authority: TestAuthority
  readonly env: ManagementEnv
  /** Signs licenses, certified by the root. */
  readonly issuer: KeyObject
  /** The computer that backups come from. */
  readonly first: TestComputer
  readonly license: (conditions?: Conditions, lid?: string) => TestLicense
  /** A backup of the first computer, or of another one. */
  readonly backup: (licenses: ReadonlyArray<TestLicense>, options?: Partial<BackupOptions>) => Promise<TestBackup>
}

/** What a test wants different of the scene. */
export interface SceneOptions {
  readonly limit?: number
  readonly store?: EventStore
  readonly env?: Partial<ManagementEnv>
}

/** Sets the scene. */
export const restoreScene = ({ limit = 3, store, env = {} }: SceneOptions = {}): RestoreScene => {
  const clock = testClock()
  const authority = testAuthority(clock, limit)
  const issuer = privateKey()
  const first = authority.individualize()
  const issuers = [{ issuer: nameOf(issuer), chain: [authority.certifyIssuer(issuer)] }]
  return {
    clock,
    authority,
    env: testEnv(authority, clock, store, env),
    issuer,
    first,
    license: (conditions = BACKED_UP, lid) => testLicense(issuer, clock, conditions, lid),
    backup: (licenses, options = {}) => testBackup({ authority, source: first, clock, licenses, issuers, ...options }),
  }
}
