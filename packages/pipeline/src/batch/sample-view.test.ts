import type { KeyId } from '@custody/core/identity'

import { faultThrown } from '../fault/testing/fault-of'
import { createPool } from '../lease/pool'
import type { Pool } from '../lease/pool-handle'
import type { Batch } from './batch'
import { openBatch, releaseBatch } from './batch-inside'
import { openCursor, samplesOf, type SampleView } from './sample-view'
import { SCHEME_CENC, SCHEME_NONE } from './schemes'
import type { Clear, Content } from './state'
import { batchOf } from './testing/sample-source'

const BYTES = Uint8Array.from({ length: 12 }, (_, index) => 0xa0 + index)
const KEY_ID = '5e'.repeat(16) as KeyId
const MEMBERS: ReadonlyArray<keyof SampleView> = ['track', 'time', 'decodeTime', 'duration', 'isKey', 'size', 'scheme', 'keyId', 'frame']

describe('the view of a sample', () => {
  let pool: Pool
  let batch: Batch<Content>
  beforeEach(() => {
    pool = createPool({ batchBytes: 64 })
    batch = batchOf<Content>(pool, { track: 7, bytes: BYTES, time: 400, flags: 1, scheme: SCHEME_CENC }, 'content')
    const inside = openBatch(batch)
    inside.columns.decodeTime[0] = 300
    inside.columns.duration[0] = 50
    inside.protections = [{ scheme: SCHEME_CENC, keyId: KEY_ID }]
  })
  const first = (): SampleView => openCursor(batch).view

  it('tells what the columns say', () => {
    const { track, time, decodeTime, duration, isKey, size, scheme, keyId } = first()
    expect({ track, time, decodeTime, duration, isKey, size, scheme, keyId }).toEqual({
      track: 7,
      time: 400,
      decodeTime: 300,
      duration: 50,
      isKey: true,
      size: 12,
      scheme: 'cenc',
      keyId: KEY_ID,
    })
  })

  it('copies the protected bytes into an array of the caller, and refuses one without room', () => {
    const into = new Uint8Array(16).fill(1)
    expect(first().copyTo(into, 2)).toBe(12)
    expect([...into]).toEqual([1, 1, ...BYTES, 1, 1])
    expect(() => first().copyTo(new Uint8Array(11))).toThrow('out of bounds')
    expect(() => first().copyTo(into, 5)).toThrow('out of bounds')
  })

  it('hands the memory to nobody, not to a method of the caller’s array either', () => {
    const seen: unknown[] = []
    class Curious extends Uint8Array {
      override set(...given: unknown[]): void {
        seen.push(...given)
      }
    }
    const into = new Curious(12)
    first().copyTo(into)
    expect([seen, [...into]]).toEqual([[], [...BYTES]])
    const reached = MEMBERS.map((name) => first()[name])
    expect(reached.some((value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer)).toBe(false)
    expect(Object.keys(first()).sort()).toEqual([...MEMBERS, 'copyTo'].sort())
  })

  it.each<[string, () => Batch<never>]>([
    ['a clear batch', () => batchOf<Clear>(pool, { bytes: BYTES, scheme: SCHEME_NONE }, 'clear') as never],
    ['a sample that its source declares clear', () => batchOf<Content>(pool, { bytes: BYTES, scheme: SCHEME_NONE }, 'content') as never],
  ])('gives no bytes of %s', (what, make) => {
    const into = new Uint8Array(12)
    const found = what === 'a clear batch' ? 'clear' : 'none'
    const { view } = openCursor(make())
    expect(faultThrown(() => view.copyTo(into))).toEqual({ type: 'WrongState', expected: 'content', found })
    expect([view.scheme, view.size, [...into].every((byte) => byte === 0)]).toEqual(['none', 12, true])
  })

  it.each<[string, (cursor: ReturnType<typeof openCursor>) => void]>([
    ['was released', () => releaseBatch(batch)],
    ['was given on', ({ close }) => close()],
  ])('dies with a batch that %s', (_, end) => {
    const cursor = openCursor(batch)
    end(cursor)
    const dead = { type: 'ForeignHandle', what: 'a sample of a batch that was given on or released' }
    for (const name of MEMBERS) expect([name, faultThrown(() => cursor.view[name])]).toEqual([name, dead])
    expect(faultThrown(() => cursor.view.copyTo(new Uint8Array(12)))).toEqual(dead)
  })

  it('is one that moves on, and shows nothing after the last', () => {
    const views = [...samplesOf(batch)]
    expect(views).toHaveLength(1)
    expect(() => views[0]?.time).toThrow('ForeignHandle')
    for (const view of samplesOf(batch)) expect(view.time).toBe(400)
    expect(() => [...samplesOf({} as unknown as Batch<Content>)]).toThrow('ForeignHandle')
  })

  it('cannot be given other members', () => {
    const view = first() as { copyTo: unknown }
    expect(() => {
      view.copyTo = () => 1
    }).toThrow(TypeError)
  })
})
