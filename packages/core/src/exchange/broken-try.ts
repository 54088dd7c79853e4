import type { ServiceResponse } from './service-transport'

const TOO_MANY = 429
const SERVER_FAILS = 500

/** Whether a service says by its status that it has no time now. */
export const isBusy = ({ status }: ServiceResponse): boolean => status === TOO_MANY || status >= SERVER_FAILS

/** Names what a connection broke with. */
export const whyOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no answer'
  const cause: unknown = error.cause
  const code = 'code' in error ? error.code : typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : error.name
}
