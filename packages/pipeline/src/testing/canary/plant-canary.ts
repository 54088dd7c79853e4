import { systemRandom } from '@custody/core/random'

const USUAL = 32

/** Random bytes to be planted where nobody may find them: in samples, in keys. An allocation of their own. */
export const plantCanary = (bytes: number = USUAL): Uint8Array => Uint8Array.from(systemRandom.bytes(bytes))
