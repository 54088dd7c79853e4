import type { KeystoreFault } from '../fault/core-fault'
import { systemCode } from './durable-file'

/** A folder, or a text that is not what was written, where a file of ours belongs. */
const DAMAGED: ReadonlySet<string> = new Set(['EISDIR', 'UNKNOWN'])

/**
 * Says why a file of the keystore could not be read: it is not there, it is something else, or the system does not
 * hand it over. The last is no damage, and nothing that a new home would mend.
 */
export const readFailure = (place: string, error: unknown): KeystoreFault => {
  const code = systemCode(error)
  if (code === 'ENOENT') return { type: 'KeystoreMissing', place }
  return DAMAGED.has(code) ? { type: 'KeystoreDamaged', place } : { type: 'HomeUnwritable', place, code }
}
