import { lastValueFrom, of, Subject, toArray } from 'rxjs'

import { checkpoint, type CheckpointOptions } from './checkpoint'

const settled = (): Promise<void> => new Promise((done) => setImmediate(done))

const options = (save: (value: number) => Promise<unknown>, changes: Partial<CheckpointOptions<number>> = {}) => ({
  bytesOf: (value: number) => value,
  everyBytes: 10,
  everyMilliseconds: 0,
  now: () => 0,
  save,
  ...changes,
})

describe('checkpoint', () => {
  it('saves when so many bytes were written since the last time, and gives on every value in order', async () => {
    const saved: number[] = []
    const source = new Subject<number>()
    const seen: number[] = []
    const over = lastValueFrom(
      source.pipe(checkpoint(options(async (value) => void saved.push(value))))
    )
    source.subscribe((value) => seen.push(value))
    for (const value of [4, 9, 12, 15, 21, 22, 40]) {
      source.next(value)
      await settled()
    }
    source.complete()
    expect(await over).toBe(40)
    expect(seen).toEqual([4, 9, 12, 15, 21, 22, 40])
    expect(saved).toEqual([12, 22, 40])
  })

  it('saves not before the time has come', async () => {
    let time = 0
    const saved: number[] = []
    const source = new Subject<number>()
    source
      .pipe(checkpoint(options(async (value) => void saved.push(value), { everyMilliseconds: 100, now: () => time })))
      .subscribe()
    for (const [at, value] of [[0, 50], [99, 100], [100, 150], [150, 200], [201, 250]] as const) {
      time = at
      source.next(value)
      await settled()
    }
    expect(saved).toEqual([150, 250])
  })

  it('saves one at a time while the run goes on, and completes when the last is done', async () => {
    const finish: Array<() => void> = []
    const source = new Subject<number>()
    const seen: number[] = []
    let complete = false
    source.pipe(checkpoint(options(() => new Promise<void>((done) => finish.push(done))))).subscribe({
      next: (value) => seen.push(value),
      complete: () => (complete = true),
    })
    for (const value of [10, 20, 30]) source.next(value)
    expect(seen).toEqual([10, 20, 30])
    expect(finish).toHaveLength(1)
    source.complete()
    await settled()
    expect(complete).toBe(false)
    finish[0]?.()
    await settled()
    expect(complete).toBe(true)
  })

  it('fails with what saving fails with', async () => {
    const fault = new Error('the disk is full')
    const run = of(10, 20).pipe(checkpoint(options(() => Promise.reject(fault))), toArray())
    await expect(lastValueFrom(run)).rejects.toBe(fault)
  })
})
