import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { SystemId } from '@custody/core/identity'
import { removeUnfinished } from '@custody/pipeline/io'
import Piscina from 'piscina'
import { from, mergeMap, Observable, of, type Subscriber } from 'rxjs'

import type { ManyEvent, ManyFault, WorkerAnswer, WorkerMessage } from './many-event'
import type { TransferJob, WorkerHome, WorkerRequest } from './transfer-job'

/** What many transfers work with. */
export interface ManyEnv {
  readonly home: WorkerHome
  /** The systems that are permitted targets; any other is never honoured (EX-23). */
  readonly registered: ReadonlyArray<SystemId>
  /** Transfers at one time, each in a thread of its own; default: as many as the machine has processors for. */
  readonly concurrency?: number
  /** The most memory that the values of one thread may take; samples and code lie beside it. */
  readonly heapMegabytes?: number
  /** Module that threads run, which exports what `runTask` makes; default: one with the built-in systems. */
  readonly program?: string
  /** Told when all that was begun has cleaned up and recorded its end, cancelled ones included, and the threads are gone. */
  readonly onSettled?: () => void
}

const OWN_PROGRAM = join(__dirname, '..', 'systems', 'transfer.worker.js')

/**
 * Runs many transfers over threads, in the order of the list as threads come free. A thread gets the job as plain data, opens
 * the home and authorises itself there: grants and keys cross no border between threads, and counts of a license are exact
 * whoever takes them. Cold; unsubscribing cancels what runs, each as a transfer of its own does, and begins nothing more.
 *
 * A job that fails, is refused or loses its thread is told as that and stops no other; the Observable completes.
 */
export const transferMany =
  (env: ManyEnv) =>
  (jobs: ReadonlyArray<TransferJob>): Observable<ManyEvent> =>
    new Observable<ManyEvent>((subscriber) => {
      const threads = startThreads(env, Math.max(1, Math.min(concurrencyOf(env), jobs.length)))
      const running = new Set<Promise<unknown>>()
      const settle = async (): Promise<void> => {
        await Promise.allSettled(running)
        await threads.destroy()
        env.onSettled?.()
      }
      const subscription = from(jobs.entries())
        .pipe(mergeMap(([job, wanted]) => jobEvents({ env, jobs, threads, running }, job, wanted), concurrencyOf(env)))
        .subscribe(subscriber)
      subscription.add(() => void settle())
      return subscription
    })

const concurrencyOf = ({ concurrency = availableParallelism() }: ManyEnv): number => Math.max(1, Math.floor(concurrency))

const startThreads = (env: ManyEnv, count: number): Piscina<WorkerRequest & { readonly port: MessagePort }, WorkerAnswer> => {
  const threads = new Piscina<WorkerRequest & { readonly port: MessagePort }, WorkerAnswer>({
    filename: env.program ?? OWN_PROGRAM,
    name: 'runTask',
    // One that is lost is replaced by another, so that no job waits for a thread that nobody starts.
    minThreads: count,
    maxThreads: count,
    concurrentTasksPerWorker: 1,
    // A thread that sleeps on shared memory between jobs would not hear of anything else.
    atomics: 'disabled',
    ...(env.heapMegabytes === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: env.heapMegabytes } }),
  })
  threads.setMaxListeners(0)
  // Beside `lostEarly`: what threads without a job come to is nothing that anybody needs to hear.
  threads.on('error', () => undefined)
  return threads
}

/** What the jobs of one run share. */
interface Run {
  readonly env: ManyEnv
  readonly jobs: ReadonlyArray<TransferJob>
  readonly threads: ReturnType<typeof startThreads>
  /** Jobs that have not settled. */
  readonly running: Set<Promise<unknown>>
}

const jobEvents = (run: Run, job: number, wanted: TransferJob): Observable<ManyEvent> => {
  // Two writers of one place would each take what the other has written for a leftover.
  const by = run.jobs.findIndex(({ output }) => resolve(output) === resolve(wanted.output))
  if (by < job) return of<ManyEvent>({ type: 'Failed', job, fault: { type: 'TargetTaken', path: wanted.output, by } })
  return new Observable<ManyEvent>((subscriber) => runInThread(run, { job, wanted, subscriber }))
}

interface JobRun {
  readonly job: number
  readonly wanted: TransferJob
  readonly subscriber: Subscriber<ManyEvent>
}

const runInThread = ({ env, threads, running }: Run, { job, wanted, subscriber }: JobRun): (() => void) => {
  const { port1: here, port2: there } = new MessageChannel()
  let hasBegun = false
  here.on('message', (message: WorkerMessage) => {
    hasBegun = true
    subscriber.next({ ...message, job })
  })
  const request: WorkerRequest = { home: env.home, registered: env.registered, job: wanted }
  const closed = new Promise((done) => here.once('close', done))
  const early = lostEarly(threads, () => hasBegun)
  const ask = async (): Promise<WorkerAnswer> => {
    try {
      const answer = await Promise.race([threads.run({ ...request, port: there }, { transferList: [there] }), early.lost])
      // The worker has closed its end; what it told before may come after its answer.
      await closed
      return answer
    } catch (error) {
      here.close()
      await removeUnfinished(wanted.output)
      return { type: 'Failed', fault: faultOf(error) }
    } finally {
      early.forget()
    }
  }
  const settled = ask().then((answer) => {
    running.delete(settled)
    subscriber.next({ ...answer, job })
    subscriber.complete()
  })
  running.add(settled)
  return () => {
    here.postMessage('cancel')
  }
}

/** A thread that cannot begin at all takes no job with it: the job would wait for the next, which cannot begin either. */
const lostEarly = (
  threads: Run['threads'],
  hasBegun: () => boolean
): { readonly lost: Promise<never>; readonly forget: () => void } => {
  let forget = (): void => undefined
  const lost = new Promise<never>((_, reject) => {
    const look = (error: Error): void => {
      if (!hasBegun()) reject(error)
    }
    threads.on('error', look)
    forget = () => void threads.off('error', look)
  })
  return { lost, forget }
}

const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY'
const EXITED = /worker exited/

const faultOf = (error: unknown): ManyFault => {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error
  if (hasCode && error.code === OUT_OF_MEMORY) return { type: 'WorkerLost', how: 'out-of-memory' }
  return { type: 'WorkerLost', how: EXITED.test(String(error)) ? 'exit' : 'error' }
}
