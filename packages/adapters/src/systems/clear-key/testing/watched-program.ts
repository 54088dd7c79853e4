import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@custody/core/clock'
import type { StoredEvent } from '@custody/core/event'
import { openHome, type Home } from '@custody/core/home'
import type { KeyId } from '@custody/core/identity'
import { systemRandom } from '@custody/core/random'
import { secretFromBytes, wipeSecret, type Secret } from '@custody/core/secret'
import { createPool } from '@custody/pipeline/lease'
import * as E from 'fp-ts/Either'
import type { Observable } from 'rxjs'

import type { ExportScheme } from '../../../contract/adapter'
import { clearKey } from '../adapter'
import { exportMedia } from '../../../transfer/export-media'
import { protectMedia } from '../../../transfer/protect-media'

/** A key that lies in a file, as its bytes. */
export interface KeyFile {
  readonly keyId: KeyId
  readonly file: string
}

/** One transfer, and what becomes of it. */
export interface WatchedTransfer {
  readonly input: string
  readonly output: string
  /** `protect` under one key, or an export to a scheme, under a key for each track. */
  readonly to: 'protect' | ExportScheme
  readonly keys: ReadonlyArray<KeyFile>
  readonly ends: 'whole' | 'failed' | 'cancelled' | 'killed'
}

/** What the program is started with, as JSON. */
export interface WatchedArguments {
  readonly directory: string
  readonly machineFile: string
  readonly transfers: ReadonlyArray<WatchedTransfer>
  /** What the search has to find, so that it is known to work. */
  readonly leak?: 'bytes' | 'event'
}

/** What the program says of itself once it has been told what to look for. */
export interface WatchedAnswer {
  /** In all that was emitted: events, figures of progress, errors. */
  readonly emitted: ReadonlyArray<string>
  /** In a snapshot of the heap and in live array buffers. */
  readonly heap: ReadonlyArray<string>
}

const STANDARD_OUTPUT = 1
const COLLECTIONS = 4
const SMALL_BATCH = 8192
const LEAK_BYTES = 4096
/** Pieces of media whose spellings are looked for, as those of all keys are; of all the bytes are. */
const SPELLED = 6
const SPELLED_BYTES = 64

const say = (line: string): void => void writeSync(STANDARD_OUTPUT, `${line}\n`)

/** Reads into memory that is nobody else's; the pool of small buffers would keep a key. */
const bytesIn = (file: string, bytes: number, from: number): Uint8Array => {
  const own = new Uint8Array(bytes)
  const opened = openSync(file, 'r')
  readSync(opened, own, 0, bytes, from)
  closeSync(opened)
  return own
}

const KEY_BYTES = 16

const started = (home: Home, transfer: WatchedTransfer, keys: ReadonlyArray<Secret>, each: WatchedRun): Observable<StoredEvent> => {
  const { input, output, to } = transfer
  const registered = [clearKey.describe.systemId]
  const { onSettled, onProgress } = each
  const pool = createPool({ batchBytes: SMALL_BATCH })
  const given = transfer.keys.flatMap(({ keyId }, index) => (keys[index] === undefined ? [] : [{ keyId, key: keys[index] }]))
  if (to !== 'protect') {
    const request = { input, directory: output, adapter: clearKey, scheme: to, targetKeys: given, pool, onProgress }
    return exportMedia({ home, registered, onSettled })(request)
  }
  const [first] = given
  if (first === undefined) throw new Error('a key expected')
  const key = { type: 'content-key' as const, secret: first.key }
  return protectMedia({ home, registered, onSettled })({ input, output, scheme: 'mce', keyId: first.keyId, key, pool, onProgress })
}

interface WatchedRun {
  readonly onSettled: () => void
  readonly onProgress: (progress: unknown) => void
}

/** Runs one transfer until it has settled; keeps all that it emitted. */
const run = async (home: Home, transfer: WatchedTransfer, emitted: unknown[]): Promise<void> => {
  const keys = transfer.keys.map(({ file }) => secretFromBytes(bytesIn(file, KEY_BYTES, 0)))
  let outcome = 'cancelled'
  await new Promise<void>((onSettled) => {
    const onProgress = (progress: unknown): void => {
      emitted.push(progress)
      if (transfer.ends === 'killed') process.kill(process.pid, 'SIGKILL')
      if (transfer.ends === 'cancelled') subscription.unsubscribe()
    }
    const subscription = started(home, transfer, keys, { onSettled, onProgress }).subscribe({
      next: (event) => emitted.push(event),
      error: (error: unknown) => {
        outcome = 'failed'
        emitted.push(error)
      },
      complete: () => (outcome = 'whole'),
    })
  })
  keys.forEach(wipeSecret)
  if (outcome !== transfer.ends) throw new Error(`a transfer that should have ended ${transfer.ends} ended ${outcome}`)
}

const settled = async (): Promise<void> => {
  for (let each = 0; each < COLLECTIONS; each += 1) {
    globalThis.gc?.()
    await sleep(10)
  }
}

/** Secrets one after the other, each behind its length in 4 bytes, each in memory of its own. */
const secretsIn = (file: string): ReadonlyArray<Uint8Array> => {
  const secrets: Uint8Array[] = []
  const size = statSync(file).size
  for (let at = 0; at < size; ) {
    const length = new DataView(bytesIn(file, 4, at).buffer).getUint32(0)
    secrets.push(bytesIn(file, length, at + 4))
    at += 4 + length
  }
  return secrets
}

const answer = async (emitted: ReadonlyArray<unknown>, file: string): Promise<WatchedAnswer> => {
  // Loaded only now: what is searched is what the transfers left.
  const { canaryIndex, searchHeap, searchValue } = await import('@custody/pipeline/testing')
  const secrets = secretsIn(file)
  const raw = canaryIndex(secrets, { spellings: 'raw' })
  const few = [...secrets.slice(0, SPELLED), ...secrets.filter(({ length }) => length === KEY_BYTES)]
  const spelled = canaryIndex(few.map((secret) => secret.slice(0, SPELLED_BYTES)))
  const both: typeof raw = {
    findIn: (haystack, where) => [...raw.findIn(haystack, where), ...spelled.findIn(haystack, where)],
    own: new Set([...raw.own, ...spelled.own]),
  }
  const told = (hits: ReturnType<typeof searchValue>): ReadonlyArray<string> => hits.map(({ where, form }) => `${form} in ${where}`)
  return { emitted: told(searchValue(both, emitted, 'emitted')), heap: told(await searchHeap(both)) }
}

/**
 * A program that makes transfers and then waits, with nothing told of the secrets but their files. Says `ready`; reads
 * a line with the name of a file of secrets; answers what it holds of them, as a line of JSON, and ends.
 */
const main = async ({ directory, machineFile, transfers, leak }: WatchedArguments): Promise<void> => {
  const opened = await openHome({ directory, machineFile, clock: systemClock, random: systemRandom })()
  if (E.isLeft(opened)) throw new Error(opened.left.type)
  const emitted: unknown[] = []
  const kept: unknown[] = []
  for (const transfer of transfers) await run(opened.right, transfer, emitted)
  opened.right.close()
  const [first] = transfers
  if (leak === 'bytes') kept.push(bytesIn(first?.input ?? '', LEAK_BYTES, LEAK_BYTES))
  if (leak === 'event') emitted.push({ note: Buffer.from(bytesIn(first?.keys[0]?.file ?? '', KEY_BYTES, 0)).toString('hex') })
  await settled()
  say('ready')
  for await (const file of createInterface({ input: process.stdin })) {
    say(JSON.stringify(await answer(emitted, file)))
    break
  }
  process.exit(kept.length > 1 ? 1 : 0)
}

void main(JSON.parse(process.argv[3] ?? '') as WatchedArguments)
