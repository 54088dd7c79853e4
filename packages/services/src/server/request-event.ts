import { b64u, sha256, tuple } from '@custody/core/encoding'
import { defineEvent } from '@custody/core/event'
import * as t from 'io-ts'

/** Stream of one request, which holds one event at most. */
export const requestStream = (mid: string, idem: string): string => `request-${b64u(sha256(tuple('custody/request/1', mid, idem)))}`

/** A request was decided; a repeat gets the same verdict. */
export const RequestDecided = defineEvent({
  type: 'RequestDecided',
  schemaVersion: 1,
  data: t.type({
    mid: t.string,
    idem: t.string,
    /** Digest of what was decided on, base64url. */
    content: t.string,
    /** JSON without secrets. */
    verdict: t.unknown,
  }),
})

/** All that the stream of a request may hold. */
export const REQUEST_EVENTS = [RequestDecided] as const
