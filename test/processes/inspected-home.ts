import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

import { takeBackupRestoreLock } from '@custody/core/backup'
import { systemClock } from '@custody/core/clock'
import type { StoredEvent } from '@custody/core/event'
import { openHome, type Home } from '@custody/core/home'
import { presentCredential } from '@custody/core/individualization'
import { systemRandom } from '@custody/core/random'
import { LicenseRestored, RestoreProgress } from '@custody/core/restore'
import { everyLicense } from '@custody/core/vault'
import { verifyHome } from '@custody/core/verify'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import type { Place } from '../command/temporary-place'
import { succeed } from './succeed'

/** A home as a reader finds it, and what is wrong with it. */
export interface InspectedHome {
  readonly events: ReadonlyArray<StoredEvent>
  /** Issuer and license id of each license in the vault, in order. */
  readonly licenses: ReadonlyArray<string>
  readonly epoch: number
  /** Name of the computer at its authority; nothing before it was individualized. */
  readonly mid: string | undefined
  /** Nothing where all is whole: log, read models, keys of the epoch, a content key for each license, one restore for each. */
  readonly problems: ReadonlyArray<string>
}

/** Issuer and license id, as one text. */
export const nameOf = ({ issuer, lid }: { readonly issuer: string; readonly lid: string }): string => `${issuer}/${lid}`

/** What the restores in a log say against each other: each license once in a run, each batch whole. */
export const restoreProblems = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<string> => {
  const problems: string[] = []
  const restored = new Set<string>()
  const told = new Map<string, number>()
  const OUTCOMES = new Set(['LicenseRestored', 'LicenseAlreadyHeld', 'LicenseRestoreRefused'])
  for (const { type, data, stream } of events) {
    if (OUTCOMES.has(type)) told.set(stream, (told.get(stream) ?? 0) + 1)
    if (LicenseRestored.data.is(data) && type === LicenseRestored.type) {
      if (restored.has(nameOf(data))) problems.push(`${nameOf(data)} came back twice`)
      restored.add(nameOf(data))
    }
    if (type === RestoreProgress.type && RestoreProgress.data.is(data) && data.done !== told.get(stream)) {
      problems.push(`${data.done} licenses are done, ${told.get(stream) ?? 0} were told`)
    }
  }
  return problems
}

const keyProblems = async (home: Home, epoch: number): Promise<ReadonlyArray<string>> => {
  const opened = [await home.keystore.signing(epoch)(), await home.keystore.agreement(epoch)()]
  return opened.flatMap((key) => (E.isLeft(key) ? [`a key of epoch ${epoch}: ${key.left.type}`] : []))
}

const logProblems = async (home: Home): Promise<ReadonlyArray<string>> => {
  const verified = await verifyHome(home)()
  if (E.isLeft(verified)) return [`the log: ${JSON.stringify(verified.left)}`]
  const { licenses, keys, findings, unchecked } = verified.right
  return [
    ...(keys === licenses ? [] : [`${keys} of ${licenses} content keys open`]),
    ...findings.map((finding) => JSON.stringify(finding)),
    ...unchecked.filter(({ check }) => check !== 'kept-anchors').map((gap) => JSON.stringify(gap)),
  ]
}

const lockProblems = async (home: Home): Promise<ReadonlyArray<string>> => {
  const taken = await takeBackupRestoreLock(home)()
  if (E.isLeft(taken)) return [`the lock: ${taken.left.type}`]
  taken.right()
  return []
}

/** Opens a home, made here where there is none yet, and looks at all of it. */
export const inspectHome = async ({ home: directory, machine }: Place): Promise<InspectedHome> => {
  const home = await succeed(openHome({ directory, machineFile: machine, clock: systemClock, random: systemRandom }))
  try {
    const events = await lastValueFrom(home.store.readAll().pipe(toArray()))
    const { epoch } = await succeed(home.device)
    const licenses = (await lastValueFrom(everyLicense(home).pipe(toArray()))).map(nameOf).sort()
    const credential = await presentCredential(home)()
    const problems = [
      ...(await logProblems(home)),
      ...(await keyProblems(home, epoch)),
      ...(await lockProblems(home)),
      ...restoreProblems(events),
    ]
    return { events, licenses, epoch, mid: E.isRight(credential) ? credential.right.credential.mid : undefined, problems }
  } finally {
    home.close()
  }
}

const UNFINISHED = /\.partial$|^downloads$|\.new$/
const TEMPORARY = /^\..+\.[0-9a-f]{16}$/

/** A temporary file that never got its name is empty of meaning; one in an epoch or with a second name holds a key that counts. */
const isLeftover = (folder: string, path: string): boolean => {
  const name = basename(path)
  if (UNFINISHED.test(name)) return true
  return TEMPORARY.test(name) && path.includes('keystore/') && (path.includes('epochs/') || statSync(join(folder, path)).nlink > 1)
}

/** What work that was cut off left in a folder: half sets and epochs, downloads, second names of keys. Names relative to it. */
export const leftoversIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => isLeftover(folder, path))
