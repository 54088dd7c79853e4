import type { AppendRequest } from './event-store'

/** Where an append that names no stream keeps its key. */
const NO_STREAM = ''

/** The streams under which an append keeps its idempotency key, in its own order. */
export const idempotencyStreams = ({ appends }: AppendRequest): ReadonlyArray<string> =>
  appends.length === 0 ? [NO_STREAM] : [...new Set(appends.map(({ stream }) => stream))]
