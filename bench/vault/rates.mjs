/** How fast licenses are stored, beside what Node and the engine do alone, in one process and in turn. */
import { verify } from 'node:crypto'

import { secretFromBytes, wipeSecret } from '@custody/core/secret'
import { storeLicenses, trustIssuer } from '@custody/core/vault'
import { lastValueFrom, tap } from 'rxjs'

import { acceptLicenses } from '../../packages/core/dist/license/accept-license.js'
import { storeRun } from '../../packages/core/dist/vault/store-run.js'
import { closed, openBareStore, openBenchHome, succeed } from './bench-home.mjs'
import { licenseOf, makeIssuer } from './incoming.mjs'

const RUN = 1024
const BULK = 1000
const SECRET = 16

const seconds = async (work) => {
  const started = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - started) / 1e9
}

/**
 * Licenses as a caller has them: texts, and keys in one piece of memory. Kept so, and not as 100,000 trees of objects, whose
 * collection would be a cost of the bench.
 */
const makeIncoming = (issuer, count) => {
  const documents = []
  const keys = Buffer.alloc(2 * SECRET * count)
  for (let number = 0; number < count; number++) {
    const { document, key } = licenseOf(issuer, number)
    documents.push(document)
    key.copy(keys, 2 * SECRET * number)
  }
  const contentOf = (number) => {
    const at = 2 * SECRET * number
    // Taking bytes over wipes them.
    const [key, blind] = [keys.subarray(at, at + SECRET), keys.subarray(at + SECRET, at + 2 * SECRET)].map((part) => Buffer.from(part))
    return { key: secretFromBytes(key), blind: secretFromBytes(blind) }
  }
  return { documents, contentOf }
}

/** Pieces of a list, with the number of their first. */
function* pieces(list, size) {
  for (let first = 0; first < list.length; first += size) yield [first, list.slice(first, first + size)]
}

const wipe = ({ key, blind }) => {
  wipeSecret(key)
  wipeSecret(blind)
}

const verifyAlone = ({ publicKey }, { documents }) => async () => {
  let spent = 0
  for (const [, piece] of pieces(documents, BULK)) {
    const signed = piece.map((document) => {
      const end = document.lastIndexOf('.')
      return [Buffer.from(document.slice(0, end)), Buffer.from(document.slice(end + 1), 'base64url')]
    })
    spent += await seconds(() => {
      for (const [input, signature] of signed) {
        if (!verify('sha256', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)) throw new Error('a signature does not hold')
      }
    })
  }
  return spent
}

/** Whole: secrets are made as licenses are asked for, and wiped when their run was told. */
const storeAll = (home, { documents, contentOf }) => () =>
  seconds(async () => {
    const alive = new Map()
    function* incoming() {
      for (const [number, document] of documents.entries()) {
        const content = contentOf(number)
        alive.set(number, content)
        yield { document, content }
      }
    }
    let stored = 0
    const told = (run) => {
      const count = run.stored + run.held + run.refused.length
      for (let number = run.first; number < run.first + count; number++) {
        wipe(alive.get(number))
        alive.delete(number)
      }
      stored += run.stored
    }
    await lastValueFrom(storeLicenses(home)(incoming()).pipe(tap(told)))
    if (stored !== documents.length) throw new Error(`${stored} of ${documents.length} stored`)
  })

/** The same without reading and verifying documents: commitments, envelopes, events and read models. */
const storeBelieved = (home, { id, publicKey }, { documents, contentOf }) => async () => {
  const acceptance = { issuerKey: (name) => (name === id ? publicKey : undefined), now: Date.now() * 1000 }
  let spent = 0
  for (const [first, piece] of pieces(documents, RUN)) {
    const run = acceptLicenses(acceptance, piece).map((license, index) => ({
      number: first + index,
      license,
      content: contentOf(first + index),
    }))
    spent += await seconds(async () => {
      const { stored } = await storeRun(home, run)
      if (stored !== run.length) throw new Error(`${stored} of ${run.length} stored`)
    })
    for (const { content } of run) wipe(content)
  }
  return spent
}

const appendAll = (store, { documents }) => () =>
  seconds(async () => {
    for (const [first, piece] of pieces(documents, BULK)) {
      const events = piece.map((document) => ({ type: 'Noted', schemaVersion: 1, data: { document } }))
      await succeed(store.append({ appends: [{ stream: 'bulk', expectedRevision: first, events }] }))
    }
  })

/** As licenses come: each into a stream of its own. */
const appendEach = (store, { documents }) => () =>
  seconds(async () => {
    for (const [first, piece] of pieces(documents, BULK)) {
      const appends = piece.map((document, index) => ({
        stream: `license/${document.slice(-43)}/${first + index}`,
        expectedRevision: 0,
        events: [{ type: 'Noted', schemaVersion: 1, data: { document } }],
      }))
      await succeed(store.append({ appends }))
    }
  })

/** One figure per round: seconds of each part for `count` licenses. The parts take turns in being first. */
export const measureRates = async ({ folder, address, count, rounds }) => {
  const issuer = makeIssuer()
  const incoming = makeIncoming(issuer, count)
  const figures = []
  for (let round = 0; round < rounds; round++) {
    const place = { folder, address }
    const [whole, believed, one, each] = [
      await openBenchHome({ ...place, name: `whole${round}` }),
      await openBenchHome({ ...place, name: `believed${round}` }),
      await openBareStore({ ...place, name: `one${round}` }),
      await openBareStore({ ...place, name: `each${round}` }),
    ]
    for (const home of [whole, believed]) await succeed(trustIssuer(home)(issuer.jwk))
    const parts = [
      ['verifyAlone', verifyAlone(issuer, incoming)],
      ['store', storeAll(whole, incoming)],
      ['storeBelieved', storeBelieved(believed, issuer, incoming)],
      ['bulkAppend', appendAll(one, incoming)],
      ['bulkAppendEach', appendEach(each, incoming)],
    ]
    const figure = {}
    for (const [name, work] of [...parts.slice(round % parts.length), ...parts.slice(0, round % parts.length)]) {
      figure[name] = await work()
    }
    figures.push(figure)
    for (const opened of [whole, believed, one, each]) await closed(opened)
  }
  return { count, documentBytes: incoming.documents[0].length, figures }
}
