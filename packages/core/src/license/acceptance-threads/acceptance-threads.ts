import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

import type { AcceptanceReply, AcceptanceRequest } from './acceptance-request'

/** What a thread runs. */
export interface ThreadProgram {
  readonly file: string
  readonly argv?: ReadonlyArray<string>
}

/** Threads that believe documents beside the one that asks. */
export interface AcceptanceThreads {
  /** The documents are shared out; the reply is in their order. Rejects when a thread ends or cannot begin. */
  readonly accept: (request: AcceptanceRequest) => Promise<AcceptanceReply>
  /** Ends the threads, whatever they are at. */
  readonly close: () => Promise<void>
}

interface Pending {
  readonly resolve: (reply: AcceptanceReply) => void
  readonly reject: (reason: unknown) => void
}

interface Thread {
  readonly ask: (request: AcceptanceRequest) => Promise<AcceptanceReply>
  readonly end: () => Promise<unknown>
}

/** One processor is left to whoever asks, and more than these cannot be kept busy by one that stores. */
const MOST_THREADS = 3

const startThread = ({ file, argv = [] }: ThreadProgram): Thread => {
  const worker = new Worker(file, { argv: [...argv] })
  const pending: Pending[] = []
  let failure: Error | undefined
  const fail = (reason: Error): void => {
    failure ??= reason
    for (const { reject } of pending.splice(0)) reject(reason)
  }
  worker.on('message', (reply: AcceptanceReply) => {
    pending.shift()?.resolve(reply)
    if (pending.length === 0) worker.unref()
  })
  worker.on('error', fail)
  worker.on('exit', (code) => fail(new Error(`the thread ended with ${code}`)))
  worker.unref()
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure)
          return
        }
        pending.push({ resolve, reject })
        // A process that waits for a reply does not end before it.
        worker.ref()
        worker.postMessage(request)
      }),
    end: () => worker.terminate(),
  }
}

/** Contiguous parts of about the same length, one for each of so many. */
const parts = <A>(items: ReadonlyArray<A>, count: number): ReadonlyArray<ReadonlyArray<A>> => {
  const size = Math.ceil(items.length / count)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}

/** Opens threads that run a program. Throws where this process may have no threads. */
export const startThreads = (program: ThreadProgram, count: number): AcceptanceThreads => {
  const threads = Array.from({ length: count }, () => startThread(program))
  return {
    accept: async ({ documents, ...rest }) => {
      const shares = parts(documents, threads.length)
      const replies = await Promise.all(threads.map(({ ask }, index) => ask({ ...rest, documents: shares[index] ?? [] })))
      return replies.flat()
    },
    close: async () => {
      await Promise.all(threads.map(({ end }) => end()))
    },
  }
}

const OWN_PROGRAM = join(__dirname, 'acceptance.worker.js')

/**
 * Opens threads, or nothing where they cannot help: on one processor, and where the process may have none. Where this library
 * was packed into one file they cannot begin, and their first reply says so. They are a matter of speed: whoever asks does the
 * same work without them.
 */
export const openAcceptanceThreads = (): AcceptanceThreads | undefined => {
  const count = Math.min(availableParallelism() - 1, MOST_THREADS)
  if (count < 1) return undefined
  try {
    return startThreads({ file: OWN_PROGRAM }, count)
  } catch {
    return undefined
  }
}
