import { createPublicKey } from 'node:crypto'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { systemClock } from '../clock/system-clock'
import { startThreads, type AcceptanceThreads } from '../license/acceptance-threads/acceptance-threads'
import { believeDocument } from './believe-document'
import { documentJudge } from './judge-documents'
import { testIssuer } from './testing/test-issuer'
import type { IssuerTrust, TrustedIssuer } from './trusted-issuers'

const THREADS = join(__dirname, '..', 'license', 'acceptance-threads')
const PROGRAM = {
  file: join(__dirname, '..', 'store', 'sqlite', 'testing', 'run-typescript.cjs'),
  argv: [join(THREADS, 'acceptance.worker.ts')],
}
const NO_PROGRAM = { file: PROGRAM.file, argv: [join(THREADS, 'no-such.worker.ts')] }
const MANY = 1024

const [believed, revoked, stranger] = [testIssuer(), testIssuer(), testIssuer()]
const trusted = ({ id, key }: typeof believed): TrustedIssuer => ({
  issuer: id,
  origin: 'added',
  key: createPublicKey(key),
  thumbprints: [id],
})
const issuers = new Map([believed, revoked].map((issuer) => [issuer.id as string, trusted(issuer)]))
const trust: IssuerTrust = {
  issuers,
  issuer: (id) => {
    const known = issuers.get(id)
    if (known === undefined) return E.left({ type: 'LicenseIssuerUnknown', issuer: id })
    return id === revoked.id ? E.left({ type: 'LicenseIssuerRevoked', issuer: id }) : E.right(known)
  },
}
const now = systemClock.now()

/** Each kind of document, many times, so that each thread gets all of them. */
const documents = (count: number): ReadonlyArray<string> => {
  const { document } = believed.license()
  const kinds = [
    document,
    revoked.license().document,
    stranger.license().document,
    `${document.slice(0, -4)}AAAA`,
    believed.license({ members: { rights: [{ action: 'Dance' }] } }).document,
    believed.license({ members: { afterFirstUseHours: 1, afterStoreHours: 1 } }).document,
    'no document',
    '',
  ]
  return Array.from({ length: count }, (_, index) => kinds[(index * 3) % kinds.length] ?? '')
}
const oneByOne = (all: ReadonlyArray<string>) => all.map((document) => believeDocument(trust, now, document))

describe('judging documents of many licenses', () => {
  it('says of each in threads what is said of it alone, in order', async () => {
    let threads = 0
    const judge = documentJudge(() => {
      threads += 1
      return startThreads(PROGRAM, 2)
    })
    try {
      for (const all of [documents(MANY), documents(MANY + 1), documents(3), []]) {
        expect(await judge.judge(trust, now, all)).toEqual(oneByOne(all))
      }
      expect(threads).toBe(1)
    } finally {
      await judge.close()
    }
  })

  it('begins no thread for a few', async () => {
    const judge = documentJudge(() => {
      throw new Error('a thread was begun')
    })
    const few = documents(MANY - 1)
    expect(await judge.judge(trust, now, few)).toEqual(oneByOne(few))
    await judge.close()
  })

  it.each<[string, () => AcceptanceThreads | undefined]>([
    ['are not to be had', () => undefined],
    ['cannot begin', () => startThreads(NO_PROGRAM, 2)],
    [
      'end at once',
      () => {
        const threads = startThreads(PROGRAM, 2)
        void threads.close()
        return threads
      },
    ],
  ])('says the same where threads %s', async (_, open) => {
    const judge = documentJudge(open)
    const all = documents(MANY)
    expect(await judge.judge(trust, now, all)).toEqual(oneByOne(all))
    expect(await judge.judge(trust, now, all)).toEqual(oneByOne(all))
    await judge.close()
  })
})
