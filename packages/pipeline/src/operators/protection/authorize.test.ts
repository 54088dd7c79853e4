import type { KeyId } from '@custody/core/identity'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { defer, lastValueFrom, toArray } from 'rxjs'

import type { Content } from '../../batch/state'
import { readingSink } from '../../batch/testing/read-batch'
import { sampleSource } from '../../batch/testing/sample-source'
import { SCHEME_MCE } from '../../batch/schemes'
import { faultOf } from '../../fault/testing/fault-of'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { authorize } from './authorize'
import { independentCtr } from './testing/independent-ctr'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'
import { transcrypt } from './transcrypt'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const TARGET_ID = 'aa'.repeat(16) as KeyId
const KEY = '5a'.repeat(16)
const TARGET_KEY = '11'.repeat(16)
const ID = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 9)
const COVERED = Uint8Array.from({ length: 100 }, (_, index) => index)

describe('authorize', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
  })
  afterEach(() => place.remove())

  const asking = (asked: string[]) =>
    TE.tryCatch(
      async () => {
        asked.push('asked')
        return (await place.exporting(KEY_ID, [{ keyId: TARGET_ID, key: TARGET_KEY }])).grant
      },
      () => ({ type: 'StoreClosed' }) as never
    )

  const protecting = (grant: Parameters<typeof transcrypt>[0]) =>
    transcrypt(grant, { tracks: new Map([[1, { scheme: 'cenc', keyId: TARGET_ID, counters: { from: 1n, to: 99n }, form: 'whole' } as const]]) })

  it('asks at the beginning of each run and not before, and then passes what the operator gives', async () => {
    await place.license(KEY_ID, KEY)
    const asked: string[] = []
    const pool = createPool()
    const source = defer(() => {
      asked.push('read')
      return sampleSource<Content>(pool, [{ bytes: COVERED, scheme: SCHEME_MCE, id: ID }], { state: 'content' })
    })
    const run = runPipeline(pool, source, authorize(asking(asked), protecting), readingSink())
    expect(asked).toEqual([])
    for (const _ of [1, 2]) {
      const [row] = (await lastValueFrom(run.pipe(toArray()))).flat()
      const iv = `${Buffer.from(ID).toString('hex')}${'00'.repeat(8)}`
      const clear = independentCtr(KEY, iv, COVERED)
      expect(Buffer.from(independentCtr(TARGET_KEY, row?.iv ?? '', row?.bytes ?? new Uint8Array())).toString('hex')).toBe(
        Buffer.from(clear).toString('hex')
      )
    }
    expect(asked).toEqual(['asked', 'read', 'asked', 'read'])
    expect(poolStatus(pool).out).toBe(0)
  })

  it('R8: reads nothing after a refusal, whose fault it passes on', async () => {
    const asked: string[] = []
    const pool = createPool()
    const source = defer(() => {
      asked.push('read')
      return sampleSource<Content>(pool, [{ bytes: COVERED }], { state: 'content' })
    })
    const refused = async () => E.left({ type: 'GrantForged', what: 'of this test' } as const)
    const run = runPipeline(pool, source, authorize<Content, Content>(refused, protecting), readingSink())
    expect(await faultOf(run)).toEqual({ type: 'GrantRefused', fault: { type: 'GrantForged', what: 'of this test' } })
    expect([asked, poolStatus(pool).out]).toEqual([[], 0])
  })
})
