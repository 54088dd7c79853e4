import type { IoFault } from '../fault/pipeline-fault'

/** The system's code of a failed call, as in `ENOSPC`; `UNKNOWN` for an error that carries none. */
export const codeOf = (error: unknown): string => {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code
  }
  return 'UNKNOWN'
}

/** A fault of reading `place`. */
export const sourceFailed =
  (place: string) =>
  (error: unknown): IoFault => ({ type: 'SourceFailed', place, code: codeOf(error) })

/** A fault of writing `place`. */
export const sinkFailed =
  (place: string) =>
  (error: unknown): IoFault => ({ type: 'SinkFailed', place, code: codeOf(error) })

const TARGET_EXISTS = 'CUSTODY_TARGET_EXISTS'

/** To be thrown where `targetFault` catches: something stands at the target that may not be replaced. */
export const targetExists = (place: string): Error => Object.assign(new Error(place), { code: TARGET_EXISTS })

/** A fault of writing `place`, or that something stands there. */
export const targetFault =
  (place: string) =>
  (error: unknown): IoFault =>
    codeOf(error) === TARGET_EXISTS ? { type: 'TargetExists', place } : sinkFailed(place)(error)
