import { createBackupRestorer } from '../backup-restorer'
import type { Cookie, CookieStart } from '../cookies'
import { FLAGS } from '../flags'
import { createLicenseManagement } from '../license-management'
import type { Process, ProcessKind } from '../process'
import { createReader } from '../reader'
import { createSecurity } from '../security'
import type { MediaEvent, WmtSignal } from '../status-object'
import type { DomainTrace } from './domain-traces'
import { scriptedProcess, type ScriptedProcess } from './scripted-process'

/** The calls that start an operation, by generation. */
export type Slot = `A.${Exclude<ProcessKind, 'revocation' | 'cleaning'>}` | `B.${ProcessKind}`

/** An operation of a world, as its script makes it go. */
export interface WorldOperation {
  readonly slot: Slot
  readonly trace: DomainTrace
  readonly script: ScriptedProcess
  readonly cookie: Cookie | null
}

/** All objects of both generations over scripted processes, and everything that they have told. */
export interface ViewWorld {
  /** Starts an operation. @returns the HRESULT, and the operation when it was started. */
  readonly start: (slot: Slot, trace: DomainTrace) => { readonly hr: number; readonly operation: WorldOperation | null }
  /** Cancels through the object that the slot belongs to. @param foreign through another object of the generation. */
  readonly cancel: (operation: WorldOperation, foreign: boolean) => number
  /** Statuses of the first generation, by the slot that their object and context name. */
  readonly told: ReadonlyMap<Slot, ReadonlyArray<WmtSignal>>
  /** Pulls everything that the queues hold. */
  readonly pull: () => ReadonlyArray<MediaEvent>
}

const NOTHING_ASKED: Process = () => {
  throw new RangeError('a process was started that nobody asked for')
}

/** Makes a world in which nothing runs. */
export const viewWorld = (): ViewWorld => {
  const next = new Map<Slot, Process>()
  const scripted = (slot: Slot) => () => next.get(slot) ?? NOTHING_ASKED
  const told = new Map<Slot, WmtSignal[]>()
  const tell = (slot: Slot, signal: WmtSignal): void => {
    told.set(slot, [...(told.get(slot) ?? []), signal])
  }

  const restorer = createBackupRestorer<Slot>(
    { backUp: scripted('A.backup'), restore: scripted('A.restore') },
    (status, hr, type, value, context) => tell(context, { status, hr, type, value })
  )
  restorer.properties.setProp('BackupPath', '/backup')
  restorer.properties.setProp('RestorePath', '/restore')

  const readerProcesses = {
    individualize: scripted('A.individualization'),
    acquire: scripted('A.acquisition'),
    monitor: scripted('A.monitoring'),
  }
  // 23 does not say whether it is of an acquisition or of a monitoring, so each has a reader of its own here.
  const readerOf = (slot: Slot) =>
    createReader(
      readerProcesses,
      { header: 'header', needsIndividualization: true },
      (status, hr, type, value, context) => tell(context, { status, hr, type, value }),
      slot
    )
  const readers = {
    individualization: readerOf('A.individualization'),
    acquisition: readerOf('A.acquisition'),
    monitoring: readerOf('A.monitoring'),
  }
  const management = createLicenseManagement({
    processes: {
      backUp: scripted('B.backup'),
      restore: scripted('B.restore'),
      acquire: scripted('B.acquisition'),
      monitor: scripted('B.monitoring'),
      clean: scripted('B.cleaning'),
    },
    epoch: () => 1,
  })
  const security = createSecurity({
    processes: { individualize: scripted('B.individualization'), refreshRevocation: scripted('B.revocation') },
    securityVersion: () => '2.2.0.0',
  })

  const starts: Readonly<Record<Slot, () => number | CookieStart>> = {
    'A.backup': () => restorer.backupLicenses(0, 'A.backup'),
    'A.restore': () => restorer.restoreLicenses(0, 'A.restore'),
    'A.individualization': () => readers.individualization.individualize(0),
    'A.acquisition': () => readers.acquisition.acquireLicense(true),
    'A.monitoring': () => readers.monitoring.monitorLicenseAcquisition(),
    'B.backup': () => management.backupLicenses('/backup', 0),
    'B.restore': () => management.restoreLicenses('/restore', 0),
    'B.acquisition': () => management.acquireLicense('header', null, FLAGS.Acquire.WMDRM_ACQUIRE_LICENSE_SILENT),
    'B.monitoring': () => management.monitorLicenseAcquisition('header'),
    'B.cleaning': () => management.cleanLicenseStore(FLAGS.Clean.WMDRM_CLEAN_LICENSE_STORE_ASYNC),
    'B.individualization': () => security.performSecurityUpdate(FLAGS['Security update'].WMDRM_SECURITY_PERFORM_INDIV),
    'B.revocation': () =>
      security.performSecurityUpdate(FLAGS['Security update'].WMDRM_SECURITY_PERFORM_REVOCATION_REFRESH),
  }
  const cancels: Readonly<Partial<Record<Slot, () => number>>> = {
    'A.backup': restorer.cancelLicenseBackup,
    'A.restore': restorer.cancelLicenseRestore,
    'A.individualization': readers.individualization.cancelIndividualization,
    'A.acquisition': readers.acquisition.cancelLicenseAcquisition,
    'A.monitoring': readers.monitoring.cancelMonitorLicenseAcquisition,
  }
  const isOfSecurity = (slot: Slot): boolean => slot === 'B.individualization' || slot === 'B.revocation'

  return {
    start: (slot, trace) => {
      const script = scriptedProcess()
      const before = next.get(slot)
      next.set(slot, script.process)
      const answer = starts[slot]()
      const { hr, cookie } = typeof answer === 'number' ? { hr: answer, cookie: null } : answer
      if (hr !== 0 && before !== undefined) next.set(slot, before)
      return { hr, operation: hr === 0 ? { slot, trace, script, cookie } : null }
    },
    cancel: ({ slot, cookie }, foreign) => {
      if (cookie === null) return cancels[slot]?.() ?? 0
      return (isOfSecurity(slot) === foreign ? management : security).cancelAsyncOperation(cookie)
    },
    told,
    pull: () => {
      const events: MediaEvent[] = []
      for (const { getEvent } of [management, security]) {
        for (let { event } = getEvent(); event !== null; { event } = getEvent()) events.push(event)
      }
      return events
    },
  }
}
