import * as E from 'fp-ts/Either'

import { decodeEvent } from '../event/decode-event'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import { ExportAuthorized, ExportRefused } from '../transfer/export-event'
import { ImportAuthorized, ImportRefused } from '../transfer/import-event'
import type { DecisionEvent } from './replay'

const DECISIONS = [ExportAuthorized, ExportRefused, ImportAuthorized, ImportRefused]
const TYPES: ReadonlySet<string> = new Set(DECISIONS.map(({ type }) => type))
const decode = decodeEvent([ExportAuthorized, ExportRefused, ImportAuthorized, ImportRefused])

/** The decision that an event holds; nothing for an event of another kind. @errors `EventUnreadable`. */
export const decisionIn = (event: StoredEvent): E.Either<CoreFault, DecisionEvent | undefined> =>
  TYPES.has(event.type) ? decode(event) : E.right(undefined)
