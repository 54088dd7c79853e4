import { defineEvent } from '@custody/core/event'
import * as t from 'io-ts'

/** Stream of the tokens of one computer. @param mid its name, see `machineId`. */
export const continuityStream = (mid: string): string => `continuity-${mid}`

/**
 * A reply carries a fresh token, which the computer's next opening has to show.
 *
 * @source docs/reference/protocols.md, section 4.6
 */
export const ContinuityGiven = defineEvent({
  type: 'ContinuityGiven',
  schemaVersion: 1,
  data: t.intersection([
    t.type({
      token: t.string,
      /** Key of the request that the reply answers; the same request may come again with the token before. */
      idem: t.string,
    }),
    /** The token that the request showed, null for none; the one before this where it is left out. */
    t.partial({ shown: t.union([t.string, t.null]) }),
  ]),
})

/** All that a stream of tokens may hold. */
export const CONTINUITY_EVENTS = [ContinuityGiven] as const
