import type { AppendRequest } from '../store/event-store'

/** What an append has to find as it was when the decision was made. */
export type Unchanged = Required<Pick<AppendRequest, 'appends' | 'expects'>>

/** The decision holds for the log that it was made from, and for no other. Streams that it adds to keep their own expectation. */
export const withUnchanged = (request: AppendRequest, { appends, expects }: Unchanged): AppendRequest => {
  const touched = new Set(request.appends.map(({ stream }) => stream))
  return { ...request, appends: [...request.appends, ...appends.filter(({ stream }) => !touched.has(stream))], expects }
}
