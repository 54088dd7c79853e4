import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { EMPTY, of, throwError } from 'rxjs'

import { PipelineError } from '../fault/pipeline-error'
import { runTask } from './run-task'
import { toTaskEither } from './to-task-either'

const fault = { type: 'PipelineRunning' } as const

describe('from stream to domain', () => {
  it('answers the last value, or the fault', async () => {
    expect(await toTaskEither(of(1, 2, 3))()).toEqual(E.right(3))
    expect(await toTaskEither(throwError(() => new PipelineError(fault)))()).toEqual(E.left(fault))
  })

  it('throws on what is a bug', async () => {
    await expect(toTaskEither(throwError(() => new TypeError('bug')))()).rejects.toThrow('bug')
    await expect(toTaskEither(EMPTY)()).rejects.toThrow('no elements')
  })
})

describe('from domain to stream', () => {
  it('rejects with the fault in the one error class', async () => {
    expect(await runTask(TE.right(5))).toBe(5)
    await expect(runTask(TE.left(fault))).rejects.toEqual(new PipelineError(fault))
  })
})
