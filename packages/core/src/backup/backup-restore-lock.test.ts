import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { takeBackupRestoreLock } from './backup-restore-lock'

const holdElsewhere = async (directory: string): Promise<ChildProcess> => {
  const run = join(__dirname, '..', 'store', 'sqlite', 'testing', 'run-typescript.cjs')
  const child = spawn(process.execPath, [run, join(__dirname, 'testing', 'hold-lock-process.ts'), directory])
  await once(child.stdout, 'data')
  return child
}

describe('the lock of backups and restores', () => {
  let place: TemporaryPlace
  beforeEach(async () => {
    place = temporaryPlace()
    await place.open()
  })
  afterEach(() => place.remove())

  it('BR-18: is held by one run at a time, also of the same process', async () => {
    const release = await succeed(takeBackupRestoreLock(place))
    expect(await fail(takeBackupRestoreLock(place))).toEqual({ type: 'BackupBusy' })
    release()
    const again = await succeed(takeBackupRestoreLock(place))
    expect(await fail(takeBackupRestoreLock(place))).toEqual({ type: 'BackupBusy' })
    again()
  })

  it('is one for each home', async () => {
    const other = await place.open(join(place.root, 'other'))
    const releases = [await succeed(takeBackupRestoreLock(place)), await succeed(takeBackupRestoreLock(other))]
    for (const release of releases) release()
  })

  it('BR-18: is held against other processes, and free at once when the holder dies', async () => {
    const child = await holdElsewhere(place.directory)
    expect(await fail(takeBackupRestoreLock(place))).toEqual({ type: 'BackupBusy' })
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    const release = await succeed(takeBackupRestoreLock(place))
    release()
  })
})
