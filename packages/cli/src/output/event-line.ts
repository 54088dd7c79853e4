import type { StoredEvent } from '@custody/core/event'

const MICROSECONDS = 1000

/** An event as `--json` prints it. @source docs/reference/command-line.md, "Output" */
export const eventLine = (event: StoredEvent): Readonly<Record<string, unknown>> => ({
  type: event.type,
  at: new Date(event.time / MICROSECONDS).toISOString(),
  data: event.data,
  id: event.id,
  stream: event.stream,
  revision: event.revision,
  position: event.position,
})
