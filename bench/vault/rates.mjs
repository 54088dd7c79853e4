/** How fast licenses are stored, beside what Node and the engine do alone, in one process and in turn. */
import { verify } from 'node:crypto'

import { trustIssuer, storeLicenses } from '@custody/core/vault'
import { lastValueFrom, reduce } from 'rxjs'

import { storeRun } from '../../packages/core/dist/vault/store-run.js'
import { closed, openBareStore, openBenchHome, succeed } from './bench-home.mjs'
import { licenses, makeIssuer } from './incoming.mjs'

const RUN = 1024
const BULK = 1000

const seconds = async (work) => {
  const started = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - started) / 1e9
}

const signatures = ({ publicKey }, all) =>
  all.map(({ document }) => {
    const end = document.lastIndexOf('.')
    return { input: Buffer.from(document.slice(0, end)), signature: Buffer.from(document.slice(end + 1), 'base64url'), key: publicKey }
  })

const verifyAlone = (signed) => () => {
  for (const { input, signature, key } of signed) {
    if (!verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)) throw new Error('a signature does not hold')
  }
}

const storeAll = (home, all) => async () => {
  const stored = await lastValueFrom(storeLicenses(home)(all).pipe(reduce((sum, run) => sum + run.stored, 0)))
  if (stored !== all.length) throw new Error(`${stored} of ${all.length} stored`)
}

/** The same without reading and verifying documents: commitments, envelopes, events and read models. */
const storeBelieved = (home, all) => async () => {
  for (let first = 0; first < all.length; first += RUN) {
    const run = all.slice(first, first + RUN).map(({ license, content }, index) => ({
      number: first + index,
      license: { _tag: 'Right', right: license },
      content,
    }))
    const { stored } = await storeRun(home, run)
    if (stored !== run.length) throw new Error(`${stored} of ${run.length} stored`)
  }
}

const appendAll = (store, all) => async () => {
  for (let first = 0; first < all.length; first += BULK) {
    const events = all.slice(first, first + BULK).map(({ document }) => ({ type: 'Noted', schemaVersion: 1, data: { document } }))
    await succeed(store.append({ appends: [{ stream: 'bulk', expectedRevision: first, events }] }))
  }
}

/** As licenses come: each into a stream of its own. */
const appendEach = (store, all) => async () => {
  for (let first = 0; first < all.length; first += BULK) {
    const appends = all.slice(first, first + BULK).map(({ document, license }) => ({
      stream: `license/${license.issuer}/${license.lid}`,
      expectedRevision: 0,
      events: [{ type: 'Noted', schemaVersion: 1, data: { document } }],
    }))
    await succeed(store.append({ appends }))
  }
}

/** One figure per round: seconds of each part for `count` licenses. The parts take turns in being first. */
export const measureRates = async ({ folder, address, count, rounds }) => {
  const issuer = makeIssuer()
  const all = [...licenses(issuer, count)]
  const signed = signatures(issuer, all)
  const figures = []
  for (let round = 0; round < rounds; round++) {
    const place = { folder, address }
    const [whole, believed, bare, each] = [
      await openBenchHome({ ...place, name: `whole${round}` }),
      await openBenchHome({ ...place, name: `believed${round}` }),
      await openBareStore({ ...place, name: `one${round}` }),
      await openBareStore({ ...place, name: `each${round}` }),
    ]
    for (const home of [whole, believed]) await succeed(trustIssuer(home)(issuer.jwk))
    const parts = [
      ['verifyAlone', verifyAlone(signed)],
      ['store', storeAll(whole, all)],
      ['storeBelieved', storeBelieved(believed, all)],
      ['bulkAppend', appendAll(bare, all)],
      ['bulkAppendEach', appendEach(each, all)],
    ]
    const figure = {}
    for (const [name, work] of [...parts.slice(round % parts.length), ...parts.slice(0, round % parts.length)]) {
      figure[name] = await seconds(work)
    }
    figures.push(figure)
    for (const opened of [whole, believed, bare, each]) await closed(opened)
  }
  return { count, documentBytes: all[0].document.length, figures }
}
