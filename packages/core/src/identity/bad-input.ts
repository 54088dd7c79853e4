import type { CoreFault } from '../fault/core-fault'

/** What a caller's text or number was not. */
export type BadInput = Extract<CoreFault, { readonly type: 'BadInput' }>

const MAX_SHOWN = 60

/** Names a refused text with its place; long input is cut so that a fault stays one line. */
export const badInput = (where: string, expected: string, found: string): BadInput => ({
  type: 'BadInput',
  where,
  expected,
  found: found.length > MAX_SHOWN ? `${found.slice(0, MAX_SHOWN)}… (${found.length} characters)` : found,
})
