import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { EMPTY, of, throwError } from 'rxjs'

import { CoreError } from './core-error'
import { runTask } from './run-task'
import { toTaskEither } from './to-task-either'

const fault = { type: 'SealBroken' } as const

describe('from stream to domain', () => {
  it('answers all values, or the fault', async () => {
    expect(await toTaskEither(of(1, 2, 3))()).toEqual(E.right([1, 2, 3]))
    expect(await toTaskEither(EMPTY)()).toEqual(E.right([]))
    expect(await toTaskEither(throwError(() => new CoreError(fault)))()).toEqual(E.left(fault))
  })

  it('throws on what is a bug', async () => {
    await expect(toTaskEither(throwError(() => new TypeError('bug')))()).rejects.toThrow('bug')
  })
})

describe('from domain to stream', () => {
  it('rejects with the fault in the one error class', async () => {
    expect(await runTask(TE.right(5))).toBe(5)
    await expect(runTask(TE.left(fault))).rejects.toEqual(new CoreError(fault))
  })
})
