import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'

/** Stream of the answers to notices. */
export const CONSENT_STREAM = 'consent'

/** How an answer came: asked on a terminal, stated by a flag of the command, or given in a window. */
export const ConsentMeans = t.union([t.literal('prompt'), t.literal('flag'), t.literal('console')], 'means of consent')
export type ConsentMeans = t.TypeOf<typeof ConsentMeans>

/** What was answered. Silence, closing and an unknown answer are `declined`. */
export const ConsentAnswer = t.union([t.literal('given'), t.literal('declined')], 'answer to a notice')
export type ConsentAnswer = t.TypeOf<typeof ConsentAnswer>

/** A person answered a notice. It stands in the log before anything of the operation leaves the machine. */
export const ConsentRecorded = defineEvent({
  type: 'ConsentRecorded',
  schemaVersion: 1,
  data: t.type({
    /** Id of the operation, which its other events carry as correlation. */
    operation: t.string,
    kind: t.union([t.literal('individualize'), t.literal('restore'), t.literal('renew')]),
    /** Version of the notice's wording. */
    text: t.string,
    /** Digest of the notice, base64url of SHA-256. */
    textSha256: t.string,
    answer: ConsentAnswer,
    by: ConsentMeans,
  }),
})

/** All that the stream of consent may hold. */
export const CONSENT_EVENTS = [ConsentRecorded] as const
