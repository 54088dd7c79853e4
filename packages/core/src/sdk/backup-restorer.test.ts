import { config } from 'rxjs'

import { CoreError } from '../fault/core-error'
import { createBackupRestorer, type BackupRestorerProcesses } from './backup-restorer'
import { FLAGS } from './flags'
import { HRESULT } from './hresult'
import type { BackupRequest, RestoreRequest } from './process'
import { scriptedProcess, settled } from './testing/scripted-process'
import { named } from './testing/viewed-event'

type Received = readonly [status: number, hr: number, context: string]

const make = () => {
  const [backup, restore] = [scriptedProcess(), scriptedProcess()]
  const asked: Array<BackupRequest | RestoreRequest> = []
  const received: Received[] = []
  const processes: BackupRestorerProcesses = {
    backUp: (request) => {
      asked.push(request)
      return backup.process
    },
    restore: (request) => {
      asked.push(request)
      return restore.process
    },
  }
  const restorer = createBackupRestorer<string>(processes, (status, hr, _type, _value, context) => {
    received.push([status, hr, context])
  })
  restorer.properties.setProp('BackupPath', '/backup')
  restorer.properties.setProp('RestorePath', '/restore')
  return { restorer, backup, restore, asked, received, processes }
}

const BEGUN = named('BackupBegun')
const ENDED = named('BackupEnded')
const { S_OK, E_INVALIDARG, NS_E_DRM_BACKUPRESTORE_BUSY, NS_E_DRM_OPERATION_CANCELED, NS_E_INVALID_REQUEST } = HRESULT

describe('a backup restorer', () => {
  it('BR-1: answers the start at once, and every status comes after that', async () => {
    const { restorer, backup, received } = make()
    expect(restorer.backupLicenses(0, 'one')).toBe(S_OK)
    expect([received, backup.runs]).toEqual([[], []])
    await settled()
    backup.last().end(BEGUN, ENDED)
    expect(received).toEqual([[21, S_OK, 'one'], [27, S_OK, 'one']])
  })

  it('BR-1: says by status, not by its answer, that a process fails', async () => {
    const { restorer, backup, received } = make()
    expect(restorer.backupLicenses(0, 'one')).toBe(S_OK)
    await settled()
    backup.last().fault(new CoreError({ type: 'BackupExists', place: '/backup' }))
    expect(received).toEqual([[0, HRESULT.NS_E_DRM_BACKUP_EXISTS, 'one']])
  })

  it('BR-5, P-2: without a callback refuses every start with E_INVALIDARG, and starts nothing', async () => {
    const { processes, asked } = make()
    const restorer = createBackupRestorer(processes, null)
    restorer.properties.setProp('BackupPath', '/backup')
    restorer.properties.setProp('RestorePath', '/restore')
    expect([restorer.backupLicenses(0, null), restorer.restoreLicenses(0, null)]).toEqual([E_INVALIDARG, E_INVALIDARG])
    await settled()
    expect(asked).toEqual([])
  })

  it('BR-6, EV-7: without the matching path fails before BEGIN with NS_E_DRM_INVALID_PROPERTY, and no status follows', async () => {
    const { restorer, asked, received } = make()
    restorer.properties.removeProp('RestorePath')
    restorer.properties.setProp('BackupPath', '')
    expect(restorer.restoreLicenses(0, 'r')).toBe(HRESULT.NS_E_DRM_INVALID_PROPERTY)
    expect(restorer.backupLicenses(0, 'b')).toBe(HRESULT.NS_E_DRM_INVALID_PROPERTY)
    await settled()
    expect([asked, received]).toEqual([[], []])
  })

  it('BR-9: knows overwrite for a backup and individualize for a restore, and rejects all other bits', async () => {
    const { restorer, asked } = make()
    for (const flags of [0x2, 0x3, 0x4, -1]) expect(restorer.backupLicenses(flags, '')).toBe(E_INVALIDARG)
    for (const flags of [0x1, 0x3, 0x4, -1]) expect(restorer.restoreLicenses(flags, '')).toBe(E_INVALIDARG)
    restorer.backupLicenses(FLAGS.Backup.WM_BACKUP_OVERWRITE, '')
    await settled()
    restorer.cancelLicenseBackup()
    restorer.restoreLicenses(FLAGS.Restore.WM_RESTORE_INDIVIDUALIZE, '')
    await settled()
    expect(asked).toEqual([{ place: '/backup', overwrite: true }, { place: '/restore', individualize: true }])
  })

  it('BR-10, BR-35: asks for the whole store, and for no individualization unless the flag states consent', async () => {
    const { restorer, asked } = make()
    restorer.backupLicenses(0, '')
    await settled()
    restorer.cancelLicenseBackup()
    restorer.restoreLicenses(0, '')
    await settled()
    expect(asked).toEqual([{ place: '/backup', overwrite: false }, { place: '/restore', individualize: false }])
  })

  it('BR-18, BR-19, P-2: refuses a second operation of either kind as busy, and the first goes on undisturbed', async () => {
    const { restorer, backup, restore, received } = make()
    restorer.backupLicenses(0, 'first')
    await settled()
    backup.last().emit(BEGUN)
    expect(restorer.backupLicenses(0, 'second')).toBe(NS_E_DRM_BACKUPRESTORE_BUSY)
    expect(restorer.restoreLicenses(0, 'third')).toBe(NS_E_DRM_BACKUPRESTORE_BUSY)
    await settled()
    expect([backup.runs.length, restore.runs.length]).toEqual([1, 0])
    backup.last().end(ENDED)
    expect(received).toEqual([[21, S_OK, 'first'], [27, S_OK, 'first']])
    expect(restorer.restoreLicenses(0, 'third')).toBe(S_OK)
  })

  it('BR-20, EV-10: cancel stops the process and ends with NS_E_DRM_OPERATION_CANCELED, once, and no END', async () => {
    const { restorer, backup, received } = make()
    restorer.backupLicenses(0, 'one')
    await settled()
    backup.last().emit(BEGUN)
    expect(restorer.cancelLicenseBackup()).toBe(S_OK)
    expect(backup.last().isCancelled()).toBe(true)
    backup.last().end(ENDED)
    expect(restorer.cancelLicenseBackup()).toBe(NS_E_INVALID_REQUEST)
    expect(received).toEqual([[21, S_OK, 'one'], [0, NS_E_DRM_OPERATION_CANCELED, 'one']])
  })

  it('EV-8, EV-9: cancels its own kind only, and nothing once it is over', async () => {
    const { restorer, backup, received } = make()
    restorer.backupLicenses(0, 'one')
    await settled()
    expect(restorer.cancelLicenseRestore()).toBe(NS_E_INVALID_REQUEST)
    expect(backup.last().isCancelled()).toBe(false)
    backup.last().end(BEGUN, ENDED)
    expect(restorer.cancelLicenseBackup()).toBe(NS_E_INVALID_REQUEST)
    expect(backup.last().isCancelled()).toBe(false)
    expect(received).toHaveLength(2)
  })

  it('EV-10: cancelled before the process was begun ends all the same, and never begins it', async () => {
    const { restorer, backup, received } = make()
    restorer.backupLicenses(0, 'one')
    restorer.cancelLicenseBackup()
    await settled()
    expect([backup.runs.length, received]).toEqual([0, [[0, NS_E_DRM_OPERATION_CANCELED, 'one']]])
  })

  it('P-1: cancelled by the receiver of a status that others were to follow sends the end last', async () => {
    const { restore, processes } = make()
    const received: number[] = []
    const restorer = createBackupRestorer<null>(processes, (status) => {
      received.push(status)
      if (status === 28) restorer.cancelLicenseRestore()
    })
    restorer.properties.setProp('RestorePath', '/restore')
    restorer.restoreLicenses(0, null)
    await settled()
    restore.last().emit(named('LicenseRestored'))
    expect(received).toEqual([28, 0])
  })

  it('EV-10: a process that completes without an end of its own is told as failed', async () => {
    const { restorer, backup, received } = make()
    restorer.backupLicenses(0, 'one')
    await settled()
    backup.last().emit(BEGUN)
    backup.last().complete()
    expect(received.at(-1)).toEqual([0, HRESULT.NS_E_DRM_LICENSE_STORE_ERROR, 'one'])
  })

  it('EV-5: lets a process that has told its end clean up, uncancelled, and tells that end only then', async () => {
    const { restorer, backup, received } = make()
    restorer.backupLicenses(0, 'one')
    await settled()
    backup.last().emit(BEGUN, ENDED, BEGUN, named('BackupFailed', { fault: 'DiskFull' }))
    expect(restorer.cancelLicenseBackup()).toBe(NS_E_INVALID_REQUEST)
    expect([backup.last().isCancelled(), restorer.backupLicenses(0, 'two')]).toEqual([false, NS_E_DRM_BACKUPRESTORE_BUSY])
    expect(received.map(([status]) => status)).toEqual([21])
    backup.last().complete()
    expect(received.map(([status]) => status)).toEqual([21, 27])
  })

  it('EV-5: a fault after the end that a process has told changes nothing', async () => {
    const { restorer, backup, received } = make()
    restorer.backupLicenses(0, 'one')
    await settled()
    backup.last().emit(BEGUN, named('BackupFailed', { fault: 'BackupExists' }))
    backup.last().fault(new CoreError({ type: 'StoreLocked', place: 'home' }))
    expect(received.at(-1)).toEqual([0, HRESULT.NS_E_DRM_BACKUP_EXISTS, 'one'])
    expect(received).toHaveLength(2)
  })

  it('whoever hears of the end may start the next operation at once', async () => {
    const { backup, processes } = make()
    const answers: number[] = []
    const restorer = createBackupRestorer<null>(processes, (status) => {
      if (status === 27) answers.push(restorer.backupLicenses(0, null))
    })
    restorer.properties.setProp('BackupPath', '/backup')
    restorer.backupLicenses(0, null)
    await settled()
    backup.last().end(ENDED)
    expect(answers).toEqual([S_OK])
  })

  it('EV-13: gives back the very context of each start', async () => {
    const contexts: object[] = []
    const { processes, backup } = make()
    const restorer = createBackupRestorer<object>(processes, (_status, _hr, _type, _value, context) => {
      contexts.push(context)
    })
    restorer.properties.setProp('BackupPath', '/backup')
    const [one, two] = [{}, {}]
    for (const context of [one, two]) {
      restorer.backupLicenses(0, context)
      await settled()
      backup.last().end(ENDED)
    }
    expect(contexts.map((context) => [context === one, context === two])).toEqual([
      ...Array(2).fill([true, false]),
      ...Array(2).fill([false, true]),
    ])
  })
})

describe('our own bugs, and those of the application', () => {
  const reported: unknown[] = []
  beforeEach(() => {
    reported.length = 0
    config.onUnhandledError = (error) => reported.push(error)
  })
  afterEach(() => {
    config.onUnhandledError = null
  })

  it('EV-12: what a callback returns or throws changes nothing, and a throw is reported', async () => {
    const { processes, backup } = make()
    const received: number[] = []
    const restorer = createBackupRestorer<null>(processes, (status) => {
      received.push(status)
      throw new Error('of the application')
    })
    restorer.properties.setProp('BackupPath', '/backup')
    restorer.backupLicenses(0, null)
    await settled()
    backup.last().end(BEGUN, ENDED)
    expect(received).toEqual([21, 27])
    expect(restorer.backupLicenses(0, null)).toBe(S_OK)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reported).toEqual(Array(2).fill(new Error('of the application')))
  })

  it('EV-12: a callback that throws on the last status breaks no call that led to it', async () => {
    const { processes } = make()
    const received: number[] = []
    const restorer = createBackupRestorer<null>(processes, (_, hr) => {
      received.push(hr)
      throw new Error('of the application')
    })
    restorer.properties.setProp('BackupPath', '/backup')
    restorer.backupLicenses(0, null)
    await settled()
    expect(restorer.cancelLicenseBackup()).toBe(S_OK)
    expect(received).toEqual([HRESULT.NS_E_DRM_OPERATION_CANCELED])
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reported).toEqual([new Error('of the application')])
  })

  it('P-1: a process that breaks otherwise than by a fault still has its one end, and the bug is reported', async () => {
    const { restorer, backup, received } = make()
    restorer.backupLicenses(0, 'one')
    await settled()
    backup.last().fault(new TypeError('a bug'))
    expect(received).toEqual([[0, HRESULT.NS_E_DRM_LICENSE_STORE_ERROR, 'one']])
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reported).toEqual([new TypeError('a bug')])
  })
})

it('BR-31: a refusal of the service that comes as a fault brings its URL', async () => {
  const { restore, processes } = make()
  const values: unknown[] = []
  const restorer = createBackupRestorer<null>(processes, (status, hr, _type, value) => values.push([status, hr, value]))
  restorer.properties.setProp('RestorePath', '/restore')
  restorer.restoreLicenses(0, null)
  await settled()
  const refused = { type: 'ServiceRefused', service: 'lms', reason: 'RestoreLimitReached', text: '', url: 'https://x.example' } as const
  restore.last().emit(named('RestoreConnecting'))
  restore.last().fault(new CoreError(refused))
  expect(values.at(-1)).toEqual([30, HRESULT.NS_E_DRM_RESTORE_FRAUD, 'https://x.example'])
})
