/** What a vault of many licenses costs to ask, to explain and to read again. */
import { explain } from '@custody/core/explain'
import { queryLicense, storeLicenses, trustIssuer } from '@custody/core/vault'
import { count as counted, lastValueFrom, reduce } from 'rxjs'

import { openBenchHome, succeed } from './bench-home.mjs'
import { keyIdOf, licenses, makeIssuer } from './incoming.mjs'

/** Until the engine of the language has compiled what is asked for. */
export const WARM_UP = 2000
const QUERIES = 3000
const EXPLANATIONS = 300

const now = () => Number(process.hrtime.bigint()) / 1e6

/** Spread evenly over all numbers, in an order that no page of a table follows. */
const draw = (index, count) => Math.floor(((index * 0.618_033_988_75) % 1) * count)

const percentiles = (times) => {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { median: at(0.5), p99: at(0.99), most: sorted.at(-1) }
}

const timed = async (times, ask) => {
  const all = []
  for (let index = 0; index < times; index++) {
    const started = now()
    await ask(index)
    all.push(now() - started)
  }
  return percentiles(all)
}

const peakMiB = () => process.resourceUsage().maxRSS / 1024

/** Stores `count` licenses in a fresh home. */
export const fill = async ({ folder, address, name, count }) => {
  const home = await openBenchHome({ folder, address, name })
  const issuer = makeIssuer()
  await succeed(trustIssuer(home)(issuer.jwk))
  const started = now()
  const stored = await lastValueFrom(storeLicenses(home)(licenses(issuer, count)).pipe(reduce((sum, run) => sum + run.stored, 0)))
  if (stored !== count) throw new Error(`${stored} of ${count} stored`)
  const seconds = (now() - started) / 1000
  await succeed(home.anchor)
  home.close()
  return { seconds, peakMiB: peakMiB() }
}

/** Times of questions by key ID, in milliseconds. */
export const query = async ({ folder, address, name, count }) => {
  const home = await openBenchHome({ folder, address, name })
  const ask = async (index) => {
    const answer = await succeed(queryLicense(home)({ keyId: keyIdOf(draw(index, count)), action: 'Play' }))
    if (!answer.allowed) throw new Error(JSON.stringify(answer.refusals))
  }
  await timed(WARM_UP, (index) => ask(index + QUERIES))
  const times = await timed(QUERIES, ask)
  home.close()
  return { ...times, peakMiB: peakMiB() }
}

/** Times of explanations by key ID, in milliseconds. */
export const explanations = async ({ folder, address, name, count }) => {
  const home = await openBenchHome({ folder, address, name })
  const ask = (index) => succeed(explain(home)({ subject: keyIdOf(draw(index, count)) }))
  await timed(WARM_UP / 20, (index) => ask(index + EXPLANATIONS))
  const times = await timed(EXPLANATIONS, ask)
  home.close()
  return { ...times, peakMiB: peakMiB() }
}

/** Reads the whole log once. */
export const replay = async ({ folder, address, name }) => {
  const home = await openBenchHome({ folder, address, name })
  const started = now()
  const events = await lastValueFrom(home.store.readAll().pipe(counted()))
  const seconds = (now() - started) / 1000
  home.close()
  return { events, seconds, peakMiB: peakMiB() }
}
