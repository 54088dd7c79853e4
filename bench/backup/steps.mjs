/** What the bench measures, each in a process of its own. */
import { verify } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { backUp } from '@custody/core/backup'
import { restoreLicenses } from '@custody/core/restore'
import { wipeSecret } from '@custody/core/secret'
import { storeLicenses, trustIssuer } from '@custody/core/vault'
import { lastValueFrom, tap } from 'rxjs'

import { closed, openBareStore, succeed } from '../vault/bench-home.mjs'
import { licenseOf, makeIssuer } from '../vault/incoming.mjs'
import { clientOf, consent, openComputer } from './computer.mjs'

const BULK = 1000
const VERIFIED = 20_000

const seconds = async (work) => {
  const started = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - started) / 1e9
}

/** Seconds, CPU seconds and the peak of memory of one piece of work; the peak is that of the process so far. */
const measured = async (work) => {
  const before = process.cpuUsage()
  const spent = await seconds(work)
  const { user, system } = process.cpuUsage(before)
  return { spent, cpu: (user + system) / 1e6, peak: process.resourceUsage().maxRSS * 1024 }
}

/** Makes a computer with so many licenses of one issuer. */
export const fill = async ({ folder, name, service, count }) => {
  const home = await openComputer({ folder, name, service })
  const issuer = makeIssuer()
  await succeed(trustIssuer(home)(issuer.jwk))
  const alive = new Map()
  function* incoming() {
    for (let number = 0; number < count; number++) {
      const { document, content } = licenseOf(issuer, number)
      alive.set(number, content)
      yield { document, content }
    }
  }
  const told = ({ first, stored }) => {
    for (let number = first; number < first + stored; number++) {
      const { key, blind } = alive.get(number)
      wipeSecret(key)
      wipeSecret(blind)
      alive.delete(number)
    }
  }
  await lastValueFrom(storeLicenses(home)(incoming()).pipe(tap(told)))
  await closed(home)
  return {}
}

const appendBulk = async (store, count, document) => {
  for (let first = 0; first < count; first += BULK) {
    const events = Array.from({ length: Math.min(BULK, count - first) }, () => ({ type: 'Noted', schemaVersion: 1, data: { document } }))
    await succeed(store.append({ appends: [{ stream: 'bulk', expectedRevision: first, events }] }))
  }
}

/** Backs up a filled computer, beside a bulk append of as many documents by the engine alone. */
export const backup = async ({ folder, name, service, count, directory }) => {
  const home = await openComputer({ folder, name, service })
  const { document } = licenseOf(makeIssuer(), 0)
  let written = 0
  const told = ({ type, data }) => void (type === 'SegmentBackedUp' && (written += data.licenses.length))
  const { spent, cpu, peak } = await measured(() => lastValueFrom(backUp({ home })({ directory, overwrite: true }).pipe(tap(told))))
  if (written !== count) throw new Error(`${written} of ${count} backed up`)
  await closed(home)
  const store = await openBareStore({ folder, name })
  const bulk = await measured(() => appendBulk(store, count, document))
  await closed(store)
  rmSync(join(folder, `bare-${name}`), { recursive: true })
  return { backup: count / spent, bulk: count / bulk.spent, cpu, bulkCpu: bulk.cpu, peak }
}

const verifyAlone = () => {
  const issuer = makeIssuer()
  const signed = Array.from({ length: BULK }, (_, number) => {
    const { document } = licenseOf(issuer, number)
    const end = document.lastIndexOf('.')
    return [Buffer.from(document.slice(0, end)), Buffer.from(document.slice(end + 1), 'base64url')]
  })
  return measured(() => {
    for (let done = 0; done < VERIFIED; done += BULK) {
      for (const [input, signature] of signed) {
        const holds = verify('sha256', input, { key: issuer.publicKey, dsaEncoding: 'ieee-p1363' }, signature)
        if (!holds) throw new Error('a signature does not hold')
      }
    }
  })
}

/** Restores a backup on a fresh computer. */
const restoreOn = async (home, { service, directory }) => {
  const counts = {}
  const told = ({ type, data }) => {
    counts[type] = (counts[type] ?? 0) + 1
    if (type === 'LicenseRestoreRefused') throw new Error(JSON.stringify(data))
  }
  const run = await measured(() =>
    lastValueFrom(restoreLicenses({ home, client: clientOf(service), consent })({ directory }).pipe(tap(told)))
  )
  return { ...run, restored: counts['LicenseRestored'] ?? 0 }
}

/** One computer restores all, beside bare verification of signatures before and after. */
export const restore = async ({ folder, name, service, count, directory }) => {
  const home = await openComputer({ folder, name, service })
  const before = await verifyAlone()
  const { spent, cpu, peak, restored } = await restoreOn(home, { service, directory })
  const after = await verifyAlone()
  if (restored !== count) throw new Error(`${restored} of ${count} restored`)
  await closed(home)
  const rate = (seconds) => VERIFIED / (seconds / 2)
  return {
    restore: count / spent,
    verify: rate(before.spent + after.spent),
    cpu,
    verifyCpu: (before.cpu + after.cpu) / (2 * VERIFIED),
    peak,
  }
}

/** Many computers restore the same set at once, over several instances in turn. */
export const crowd = async ({ folder, services, clients, count, directory }) => {
  const homes = []
  for (let number = 0; number < clients; number++) {
    homes.push(await openComputer({ folder: join(folder, `client-${number}`), name: 'home', service: services[number % services.length] }))
  }
  let restored = 0
  const spent = await seconds(async () => {
    const runs = homes.map((home, number) => restoreOn(home, { service: services[number % services.length], directory }))
    for (const run of await Promise.all(runs)) restored += run.restored
  })
  if (restored !== clients * count) throw new Error(`${restored} of ${clients * count} restored`)
  for (const home of homes) await closed(home)
  return { rate: restored / spent, spent }
}
