import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { RecordedEvent } from '../event/decode-event'
import type { CoreFault } from '../fault/core-fault'
import { foldStream } from '../home/fold-stream'
import type { Home } from '../home/home'
import { linksOf, type HeldLicense } from '../license/held-license'
import { usageKey } from '../license/usage'
import { TargetKeyCreated } from '../vault/target-key-event'
import { decide, evolve, initial, type UseState } from '../vault/use-decider'
import { USE_EVENTS, useStream, type UseReserved } from '../vault/use-event'
import type { Candidate } from './candidate'
import { ExportAuthorized, ExportRefused, exportStream } from './export-event'

type Authorized = RecordedEvent<typeof ExportAuthorized>['data']
type Reserved = RecordedEvent<typeof UseReserved>['data']

/** An export that was authorised, whose keys were released and which did not break off. */
export interface ResumableUse {
  readonly authorized: Authorized
  /** In the order of the grant. */
  readonly targets: ReadonlyArray<RecordedEvent<typeof TargetKeyCreated>['data']>
  /** What was taken from each link. */
  readonly reserved: ReadonlyArray<Reserved>
  /** Of the use's stream. */
  readonly revision: number
}

interface FoldedUse {
  readonly use: UseState
  readonly reserved: ReadonlyArray<Reserved>
}

const foldedUse = {
  definitions: USE_EVENTS,
  initial: { use: initial, reserved: [] } as FoldedUse,
  evolve: ({ use, reserved }: FoldedUse, event: RecordedEvent<(typeof USE_EVENTS)[number]>): FoldedUse => ({
    use: evolve(use, event),
    reserved: event.type === 'UseReserved' ? [...reserved, event.data] : reserved,
  }),
}

interface FoldedExport {
  readonly authorized: Authorized | undefined
  readonly targets: ResumableUse['targets']
}

const EXPORT_EVENTS = [TargetKeyCreated, ExportAuthorized, ExportRefused]

const foldedExport = {
  definitions: EXPORT_EVENTS,
  initial: { authorized: undefined, targets: [] } as FoldedExport,
  evolve: (state: FoldedExport, event: RecordedEvent<(typeof EXPORT_EVENTS)[number]>): FoldedExport => {
    switch (event.type) {
      case 'TargetKeyCreated':
        return { ...state, targets: [...state.targets, event.data] }
      case 'ExportAuthorized':
        return { ...state, authorized: event.data }
      case 'ExportRefused':
        return state
    }
  },
}

/** Finds the use in the log; undefined for one that cannot be gone on with. @errors those of the store. */
export const resumableUse = (home: Home, useId: string): TE.TaskEither<CoreFault, ResumableUse | undefined> =>
  pipe(
    TE.Do,
    TE.bind('use', () => foldStream(home.store, useStream(useId), foldedUse)),
    TE.bind('exported', () => foldStream(home.store, exportStream(useId), foldedExport)),
    TE.map(({ use: { state, revision }, exported: { state: { authorized, targets } } }) => {
      const isOpen = E.isRight(decide(state.use, { type: 'ResumeUse', useId }))
      return authorized === undefined || !isOpen ? undefined : { authorized, targets, reserved: state.reserved, revision }
    })
  )

/**
 * The license that a use was taken from, as it would stand if the use had not been taken: that is what the use is judged by once
 * more. Undefined for any other license.
 */
export const beforeUse = (candidate: Candidate, { authorized, reserved }: ResumableUse): Candidate | undefined => {
  const { issuer, lid, held } = candidate
  if (E.isLeft(held) || issuer !== authorized.issuer || lid !== authorized.lid) return undefined
  const root = held.right.root?.license
  if (root?.lid !== authorized.root?.lid || root?.issuer !== authorized.root?.issuer) return undefined
  return { issuer, lid, held: E.right(givenBack(held.right, reserved)) }
}

const givenBack = (held: HeldLicense, reserved: ReadonlyArray<Reserved>): HeldLicense => {
  const [own, root] = linksOf(held).map(({ license, state }): HeldLicense => {
    const taken = reserved.find(({ issuer, lid }) => issuer === license.issuer && lid === license.lid)
    if (taken === undefined || taken.window === null) return { license, state }
    const key = usageKey(taken.action, taken.window)
    const usage = new Map(state.usage).set(key, Math.max(0, (state.usage.get(key) ?? 0) - 1))
    return { license, state: { ...state, usage } }
  })
  return own === undefined ? held : { ...own, ...(root === undefined ? {} : { root }) }
}
