import type { SystemId } from '@custody/core/identity'

import type { ExportScheme } from '../contract/adapter'

/**
 * One transfer as plain data that can be sent to a thread. Nothing here is a secret, and nothing opens anything: whoever runs a
 * job opens the home and authorises it there. Keys of the user's own cannot be given.
 */
export type TransferJob = ExportJob | ProtectJob

/** A protected ASF file that is to be exported. */
export interface ExportJob {
  readonly type: 'export'
  readonly input: string
  /** Folder that is to hold the package. */
  readonly output: string
  /** Name of a rights system that the program of the threads has. */
  readonly system: string
  /** Default: the system's first. */
  readonly scheme?: ExportScheme
  readonly overwrite?: boolean
  readonly salvage?: boolean
}

/** A clear ASF file that is to be protected, under a fresh key and the usual conditions. */
export interface ProtectJob {
  readonly type: 'protect'
  readonly input: string
  /** Replaced when the new file is whole. */
  readonly output: string
  readonly scheme: 'mce' | 'cocktail'
  /** Default: that of the input. */
  readonly title?: string
  readonly salvage?: boolean
}

/** Where a home lies that several threads work on. */
export interface WorkerHome {
  readonly directory: string
  /** File of the machine secret. */
  readonly machineFile: string
  /** File whose first line is the passphrase of a home that has one. Each thread reads it. */
  readonly passphraseFile?: string
}

/** What a worker is asked for, beside the port to it. */
export interface WorkerRequest {
  readonly home: WorkerHome
  /** The systems that are permitted targets. */
  readonly registered: ReadonlyArray<SystemId>
  readonly job: TransferJob
}
