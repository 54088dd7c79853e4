import { firstValueFrom, take, toArray } from 'rxjs'

import { newEvent } from '../event/define-event'
import { CoreError } from '../fault/core-error'
import type { Home } from '../home/home'
import { HomeMoved } from '../home/home-event'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { record, runProcess, type ProcessContext } from './run-process'

const happened = (home: Home) => newEvent(HomeMoved, { homeId: home.homeId })

describe('a process', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const twice = async (context: ProcessContext): Promise<void> => {
    await record(context, 'a', 'operation', happened(home))
    await record(context, 'a', 'operation', happened(home))
  }

  it('does nothing before somebody subscribes, and everything again for each who does', async () => {
    let begun = 0
    const process$ = runProcess({ home }, async (context) => {
      begun += 1
      await twice(context)
    })
    expect(begun).toBe(0)
    for (const run of [1, 2]) {
      expect(await firstValueFrom(process$.pipe(toArray()))).toHaveLength(2)
      expect(begun).toBe(run)
    }
  })

  it('emits an event once it is stored, and all of an operation under one id', async () => {
    await new Promise<void>((resolve, reject) => {
      runProcess({ home }, twice).subscribe({
        next: (event) => {
          expect(event.correlation).toBe('operation')
          succeed(home.store.event(event.id)).then((stored) => expect(stored).toEqual(event)).catch(reject)
        },
        complete: resolve,
        error: reject,
      })
    })
  })

  it('lets its body record that it was cancelled, and tells when that is done', async () => {
    let settled: () => void = () => undefined
    const over = new Promise<void>((resolve) => (settled = resolve))
    const process$ = runProcess({ home, onSettled: () => settled() }, async (context) => {
      await record(context, 'a', 'operation', happened(home))
      await firstValueFrom(context.cancelled)
      expect(context.isCancelled()).toBe(true)
      await record(context, 'b', 'operation', happened(home))
    })
    expect(await firstValueFrom(process$.pipe(take(1), toArray()))).toHaveLength(1)
    await over
    expect(await firstValueFrom(home.store.read('b').pipe(toArray()))).toHaveLength(1)
  })

  it('ends with the error that its body throws', async () => {
    const fault = { type: 'BackupBusy' } as const
    const process$ = runProcess({ home }, () => Promise.reject(new CoreError(fault)))
    await expect(firstValueFrom(process$)).rejects.toMatchObject({ fault })
  })

  it('sees what a home reads anew at each look, as the home itself does', async () => {
    const roots: unknown[] = []
    await firstValueFrom(
      runProcess({ home }, async (context) => {
        roots.push(context.home.authorityRoot)
        await context.home.readAuthorityRoot()
        expect(Object.getOwnPropertyDescriptor(context.home, 'authorityRoot')?.get).toBeDefined()
      }),
      { defaultValue: undefined }
    )
    expect(roots).toEqual([home.authorityRoot])
  })
})
