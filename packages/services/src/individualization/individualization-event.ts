import { defineEvent } from '@custody/core/event'
import * as t from 'io-ts'

/** Stream of the individualizations of one computer. @param mid its name, see `machineId`. */
export const individualizationStream = (mid: string): string => `individualizations-${mid}`

/** A computer got a credential for a new epoch. */
export const IndividualizationIssued = defineEvent({
  type: 'IndividualizationIssued',
  schemaVersion: 1,
  data: t.type({
    mid: t.string,
    epoch: t.number,
    securityVersion: t.string,
    forced: t.boolean,
    /** Thumbprint of the epoch's signing key. */
    signing: t.string,
  }),
})

/** All that the stream of a computer may hold. */
export const INDIVIDUALIZATION_EVENTS = [IndividualizationIssued] as const
