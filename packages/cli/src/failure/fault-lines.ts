import type { CommandFailure } from './command-failure'

/** What the user is told for each fault of a family: one entry a tag, so that a new fault breaks the build here. */
export type FaultLines<F extends { readonly type: string }> = {
  readonly [T in F['type']]: (fault: Extract<F, { readonly type: T }>) => CommandFailure
}
