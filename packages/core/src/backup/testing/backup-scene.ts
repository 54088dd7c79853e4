import { lastValueFrom, toArray } from 'rxjs'

import type { StoredEvent } from '../../event/stored-event'
import type { Home } from '../../home/home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../../home/testing/temporary-home'
import { storeTestLicense } from '../../vault/testing/store-test-license'
import { testIssuer, type TestIssuer, type TestLicense, type TestLicenseMembers } from '../../vault/testing/test-issuer'
import { trustIssuer } from '../../vault/trust-issuer'
import { backUp } from '../back-up'
import { SegmentBackedUp } from '../backup-event'
import type { BackupEnv, BackupRequest } from '../backup-run'
import { openBackup } from '../open-backup'
import { individualized, testAuthority, type TestAuthority } from './individualized-home'

/** Rights of a license that may be backed up. */
export const BACKUP_RIGHTS = { rights: [{ action: 'Play' }, { action: 'Backup' }] }

/** An individualized home with an issuer that it trusts. */
export interface BackupScene {
  readonly place: TemporaryPlace
  readonly home: Home
  readonly authority: TestAuthority
  readonly issuer: TestIssuer
  /** Stores a license; without members one that may be backed up. */
  readonly add: (members?: object, more?: TestLicenseMembers) => Promise<TestLicense>
  readonly run: (request: BackupRequest, env?: Partial<BackupEnv>) => Promise<ReadonlyArray<StoredEvent>>
}

/** Makes the scene; `place.remove` ends it. */
export const backupScene = async (): Promise<BackupScene> => {
  const place = temporaryPlace()
  const authority = testAuthority()
  const home = await individualized(await place.open(), authority)
  const issuer = testIssuer()
  await succeed(trustIssuer(home)(issuer.jwk))
  return {
    place,
    home,
    authority,
    issuer,
    add: async (members = BACKUP_RIGHTS, more = {}) => {
      const license = issuer.license({ members, ...more })
      await succeed(storeTestLicense(home)(license))
      return license
    },
    run: (request, env = {}) => lastValueFrom(backUp({ home, ...env })(request).pipe(toArray())),
  }
}

/** License ids of a whole backup, in order of its lines. */
export const lidsInBackup = async (directory: string): Promise<ReadonlyArray<string>> => {
  const backup = await succeed(openBackup(directory, { salvage: false }))
  const lids: string[] = []
  for await (const { lines } of backup.segments()) {
    for (const line of lines) lids.push((JSON.parse(Buffer.from(line).toString()) as { readonly lid: string }).lid)
  }
  return lids
}

/** License ids that the events of a backup name as backed up, in order. */
export const lidsBackedUp = (events: ReadonlyArray<StoredEvent>): string[] =>
  events.flatMap(({ data }) => (SegmentBackedUp.data.is(data) ? data.licenses.map(({ lid }) => lid) : []))

/** Whether a trace of events is one that a backup may show: BEGIN RESTRICTED* (segment? progress)* and one end. */
export const isBackupTrace = (types: ReadonlyArray<string>): boolean =>
  /^B(?:R*(?:S?P)*[EFC])$/.test(types.map((type) => LETTERS[type] ?? '?').join(''))

const LETTERS: Readonly<Record<string, string>> = {
  BackupBegun: 'B',
  BackupRestricted: 'R',
  SegmentBackedUp: 'S',
  BackupProgress: 'P',
  BackupEnded: 'E',
  BackupFailed: 'F',
  BackupCancelled: 'C',
}
