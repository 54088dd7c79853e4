import type { MessagePort } from 'node:worker_threads'
import { systemClock } from '@custody/core/clock'
import type { StoredEvent } from '@custody/core/event'
import { openHome, type Home } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import { ExportRefused } from '@custody/core/transfer'
import * as E from 'fp-ts/Either'
import type { Observable } from 'rxjs'

import type { Adapter } from '../contract/adapter'
import { exportMedia } from '../transfer/export-media'
import type { TransferProgress } from '../transfer/export-request'
import { protectMedia } from '../transfer/protect-media'
import { TransferError } from '../transfer/transfer-error'
import type { ManyFault, WorkerAnswer, WorkerMessage } from './many-event'
import { readPassphrase } from './read-passphrase'
import type { WorkerHome, WorkerRequest } from './transfer-job'

/** A request and the port to whoever asks: what happens is told through it, and any message from it cancels. */
export interface WorkerTask extends WorkerRequest {
  readonly port: MessagePort
}

/**
 * Makes what the program of a thread exports as `runTask`: opens the home, runs one job in it and closes it again. A program with
 * other systems is a module of three lines. Never rejects but for a defect of its own.
 *
 * @param systems that a job may name: functions do not cross threads, so each thread has its own.
 */
export const runTask = (systems: ReadonlyArray<Adapter>) => async (task: WorkerTask): Promise<WorkerAnswer> => {
  try {
    tellTo(task.port)({ type: 'Started' })
    const opened = await openHome(optionsFor(task.home))()
    return E.isLeft(opened) ? failed(opened.left) : await runIn(opened.right, systems, task)
  } finally {
    task.port.close()
  }
}

const runIn = async (home: Home, systems: ReadonlyArray<Adapter>, task: WorkerTask): Promise<WorkerAnswer> => {
  try {
    return await runJob(startOf(home, systems, task), task)
  } finally {
    // The next program that ends well anchors what this one could not.
    await home.anchor()
    home.close()
  }
}

const tellTo =
  (port: MessagePort) =>
  (message: WorkerMessage): void => {
    port.postMessage(message)
  }

const failed = (fault: ManyFault): WorkerAnswer => ({ type: 'Failed', fault })

const optionsFor = ({ directory, machineFile, passphraseFile }: WorkerHome): Parameters<typeof openHome>[0] => ({
  directory,
  machineFile,
  clock: systemClock,
  random: systemRandom,
  ...(passphraseFile === undefined ? {} : { passphrase: () => readPassphrase(passphraseFile) }),
})

type Start = (onSettled: () => void, onProgress: (progress: TransferProgress) => void) => Observable<StoredEvent>

const startOf = (home: Home, systems: ReadonlyArray<Adapter>, { job, registered }: WorkerRequest): Start | ManyFault => {
  if (job.type === 'protect') {
    return (onSettled, onProgress) => protectMedia({ home, registered, onSettled })({ ...job, onProgress })
  }
  const adapter = systems.find(({ describe }) => describe.name === job.system)
  if (adapter === undefined) return { type: 'PairUnknown', system: job.system, scheme: job.scheme ?? '' }
  return (onSettled, onProgress) =>
    exportMedia({ home, registered, onSettled })({ ...job, directory: job.output, adapter, onProgress })
}

const runJob = async (start: Start | ManyFault, { port }: WorkerTask): Promise<WorkerAnswer> => {
  if (typeof start !== 'function') return failed(start)
  const tell = tellTo(port)
  return new Promise((resolve) => {
    let answer: WorkerAnswer = { type: 'Cancelled' }
    const onSettled = (): void => {
      resolve(answer)
    }
    const subscription = start(onSettled, (progress) => {
      tell({ type: 'Progress', progress })
    }).subscribe({
      next: (event) => {
        if (event.type === ExportRefused.type) answer = { type: 'Refused' }
        tell({ type: 'Stored', event })
      },
      complete: () => {
        if (answer.type !== 'Refused') answer = { type: 'Done' }
      },
      error: (error: unknown) => {
        answer = failed(error instanceof TransferError ? error.fault : { type: 'Defect', what: String(error) })
      },
    })
    port.on('message', () => {
      subscription.unsubscribe()
    })
  })
}
