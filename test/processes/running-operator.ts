import { systemClock } from '@custody/core/clock'
import { b64u, sha256 } from '@custody/core/encoding'
import { systemRandom } from '@custody/core/random'
import type { Authority } from '@custody/services/authority'
import type { Enabler } from '@custody/services/individualization'
import { openOperator } from '@custody/services/operator'
import { SERVICE_LIMITS } from '@custody/services/server'

import { succeed } from './succeed'

/** The services of one authority, which listen. */
export interface RunningOperator {
  readonly url: string
  readonly authority: Authority
  readonly close: () => Promise<void>
}

/** Beyond what any of these tests asks for, so that no limit stands in the way of a count. */
const PLENTY = 100_000

const enabler = (number: number): Enabler => ({
  thumbprint: b64u(sha256(new TextEncoder().encode(String(number)))),
  type: 'application',
  url: `http://127.0.0.1/pages/update/${String(number).padStart(128, '0')}`,
  bytes: number,
})

/** Enablers that make a package about so large: each takes 330 bytes or so in it. */
export const enablersOf = (packageBytes: number): ReadonlyArray<Enabler> =>
  Array.from({ length: Math.ceil(packageBytes / ENABLER_BYTES) }, (_, number) => enabler(number))

const ENABLER_BYTES = 330

/** Opens an operator in a folder and listens on a free port. @param packageBytes about how large a package is. */
export const runOperator = async (directory: string, packageBytes: number): Promise<RunningOperator> => {
  const rate = { perSecond: PLENTY, burst: PLENTY }
  const operator = await succeed(
    openOperator({
      directory,
      clock: systemClock,
      random: systemRandom,
      policy: { restoreLimit: 1000, individualizationsADay: 1000 },
      limits: { ...SERVICE_LIMITS, perComputer: rate, perAddress: rate },
      enablers: enablersOf(packageBytes),
    })
  )
  const url = await operator.listen({ port: 0 })
  return { url, authority: operator.authority, close: operator.close }
}
