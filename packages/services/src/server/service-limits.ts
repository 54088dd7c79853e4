import { MAX_BODY } from '@custody/core/restore'

/** How often something may come: on average per second, and at once after a pause. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** What a service takes. Times in milliseconds, sizes in bytes. */
export interface ServiceLimits {
  readonly body: number
  /** All headers of a request together. */
  readonly header: number
  /** From the connection to the end of the headers. */
  readonly headersTimeout: number
  /** From the first byte of a request to its last. */
  readonly requestTimeout: number
  /** Requests of one computer, whose signature was verified. */
  readonly perComputer: Rate
  /** Requests from one network address; none where nothing comes over a network. */
  readonly perAddress: Rate | undefined
}

/** The limits of the protocol. @source docs/reference/protocols.md, section 4.1 */
export const SERVICE_LIMITS: ServiceLimits = {
  body: MAX_BODY,
  header: 8 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  perComputer: { perSecond: 50, burst: 200 },
  perAddress: { perSecond: 200, burst: 1000 },
}
