import { concat, concatMap, defer, filter, type Observable } from 'rxjs'

import type { DefenceName } from '../../lease/defences'
import { eachBatch, stage } from '../../lease/stage'
import { withDefenceOff } from '../../lease/testing/with-defence-off'
import type { PreservingOperator } from '../../lease/operator'
import { openBatch } from '../../batch/batch-inside'
import { selectSamples } from '../../operators/select-samples'
import { meter } from '../../operators/meter'
import { LawBroken, type LawName } from './law-broken'
import { lawP3PermitsNoMore, type Judge } from './permits-no-more'
import {
  lawP1NothingClear,
  lawP4KeepsSamples,
  lawP5CountersOnce,
  lawP6FaultsRefuse,
  lawP7LeasesReturn,
  obeysLaws,
  type OperatorLaw,
  type OperatorLawSettings,
} from './operator-laws'

const MINUTE = 60_000
const asOne = (operator: unknown): PreservingOperator => operator as PreservingOperator

const lawThatBreaks = async (law: Promise<void>): Promise<LawName | undefined> => {
  try {
    await law
    return undefined
  } catch (error) {
    if (error instanceof LawBroken) return error.law
    throw error
  }
}

/** Gives batches on in pairs, the second one first. */
const swapping = asOne(
  stage('swapping', { holds: 2 }, (source) =>
    defer(() => {
      let kept: typeof source extends Observable<infer B> ? B | undefined : never
      const inPairs = source.pipe(
        concatMap((batch) => {
          const pair = kept === undefined ? [] : [batch, kept]
          kept = kept === undefined ? batch : undefined
          return pair
        })
      )
      return concat(inPairs, defer(() => (kept === undefined ? [] : [kept])))
    })
  )
)

/** Changes a byte of each batch. */
const scribbling = asOne(
  eachBatch('scribbling', (batch) => {
    const { lease, columns } = openBatch(batch)
    lease.bytes[columns.offset[0] ?? 0] = (lease.bytes[columns.offset[0] ?? 0] ?? 0) ^ 1
    return batch
  })
)

/** Lets every second batch fall, and does not give it back. */
const dropping = asOne(stage('dropping', { holds: 'whole-pool' }, (source) => source.pipe(filter((_, index) => index % 2 === 0))))

describe('the laws', () => {
  it.each<readonly [string, PreservingOperator, OperatorLawSettings]>([
    ['one that looks', meter({ onFigures: () => undefined }), {}],
    ['one that selects', selectSamples('every second', () => Math.floor(counter++ / 2) % 2 === 0), { kind: 'selecting' }],
  ])('hold for %s', async (_, operator, settings) => {
    await obeysLaws(operator, { runs: 25, ...settings })
  }, MINUTE)

  it.each<readonly [string, LawName, OperatorLaw, () => PreservingOperator, OperatorLawSettings]>([
    ['changes a byte', 'P4', lawP4KeepsSamples, () => scribbling, {}],
    ['selects and does not say so', 'P4', lawP4KeepsSamples, () => selectSamples('some', () => counter++ % 3 > 0), {}],
    ['throws of its own', 'P6', lawP6FaultsRefuse, () => asOne(eachBatch('own', () => { throw new Error('own') })), {}],
    ['loses batches', 'P6', lawP6FaultsRefuse, () => dropping, { kind: 'selecting' }],
  ])('one that %s breaks %s', async (_, law, tried, operator, settings) => {
    expect(await lawThatBreaks(tried(operator(), { runs: 60, ...settings }))).toBe(law)
  }, MINUTE)

  it('tell which one was broken, in which pipeline, and how to have it again', async () => {
    const broken = await lawP4KeepsSamples(scribbling, { runs: 50, seed: 7 }).catch((error: unknown) => error)
    expect(broken).toBeInstanceOf(LawBroken)
    expect(String(broken)).toMatch(/P4 .*does not hold: the operator: sample \d+ .*\n {2}in (asf|mp4) .*\n {2}seed 7, run \d+/)
    expect(await lawP4KeepsSamples(scribbling, { runs: 50, seed: 7 }).catch((error: unknown) => String(error))).toBe(String(broken))
  }, MINUTE)
})

let counter = 0

describe('without a defence the law that rests on it is broken', () => {
  const LAWS = { P5: lawP5CountersOnce, P6: lawP6FaultsRefuse, P7: lawP7LeasesReturn }
  const twins: ReadonlyArray<readonly [DefenceName, keyof typeof LAWS, OperatorLawSettings]> = [
    ['wipe', 'P7', { disturbed: ['Nothing', 'Unsubscribed', 'SinkFails'] }],
    ['detach', 'P7', { disturbed: ['Nothing', 'Unsubscribed', 'SinkFails'] }],
    ['pin', 'P6', { disturbed: ['Unsubscribed'], sinks: ['cmaf'] }],
    ['revocation', 'P6', { disturbed: ['RightEnds'] }],
    ['authorization', 'P6', { disturbed: ['NamesTargetKey'] }],
    ['counters', 'P5', { disturbed: ['Nothing'] }],
  ]
  it.each(twins)('%s: %s', async (defence, law, settings) => {
    const tried = (runs: number): Promise<LawName | undefined> => lawThatBreaks(LAWS[law](undefined, { runs, ...settings }))
    expect(await withDefenceOff(defence, () => tried(120))).toBe(law)
    expect(await tried(15)).toBeUndefined()
  }, MINUTE)

  it('order: P4', async () => {
    const tried = (): Promise<LawName | undefined> => lawThatBreaks(obeysLaws(swapping, { runs: 120, disturbed: ['Nothing'] }))
    expect(await withDefenceOff('order', tried)).toBe('P4')
    // With it such an operator is stopped by name, before a sample is out of its order.
    const stopped = await obeysLaws(swapping, { runs: 120, disturbed: ['Nothing'] }).catch((error: unknown) => String(error))
    expect(stopped).toContain('"type":"OutOfOrder","stage":"swapping"')
  }, MINUTE)
})

describe('P3, R7: one restriction more', () => {
  it('never permits an export more', async () => {
    await lawP3PermitsNoMore(undefined, { runs: 60 })
  }, MINUTE)

  it('twin: a judge who takes an end for a beginning is found', async () => {
    const judge: Judge = ({ rights }) =>
      rights.some(({ windows = [] }) => windows.some(({ until }) => until !== undefined))
    expect(await lawThatBreaks(lawP3PermitsNoMore(judge, { runs: 500 }))).toBe('P3')
  }, MINUTE)
})

describe('law P1', () => {
  it('finds what an operator puts in the memory of a batch', async () => {
    const leaking = asOne(
      eachBatch('leaking', (batch) => {
        throw new Error(Buffer.from(openBatch(batch).lease.bytes).toString('hex'))
      })
    )
    // What it tells is under the target's key: no law is broken by that.
    expect(await lawThatBreaks(lawP1NothingClear(leaking, { runs: 20 }))).toBeUndefined()
  }, MINUTE)
})
