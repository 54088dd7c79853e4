import { randomFillSync } from 'node:crypto'

import type { Random } from './random'

/** The operating system's random generator. Each array has memory of its own, so that wiping it wipes all there is. */
export const systemRandom: Random = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
}
