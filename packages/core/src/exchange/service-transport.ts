/** The services of an authority, as requests name them. */
export type ServiceName = 'management' | 'individualization' | 'license'

/** Largest body of a request in bytes, of every service. @source docs/reference/protocols.md, section 4.1 */
export const MAX_REQUEST = 4 * 1024 * 1024

/** A request as it goes out. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST'
  /** Path with query below the service's address, as in `/v1/restore/sessions`. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** An answer as it comes in. */
export interface ServiceResponse {
  readonly status: number
  /** Value of a header by its name in lower case. */
  readonly header: (name: string) => string | undefined
  /** The body as it arrives; whoever does not read it to its end has to `cancel`. */
  readonly body: AsyncIterable<Uint8Array>
  readonly cancel: () => void
}

/**
 * Carries requests to one service: over HTTP, or in the same process. It neither repeats nor judges anything. Rejects where
 * there is no answer: with the system's error, or when the signal aborts.
 */
export interface ServiceTransport {
  /** For a person: an address, or a word for the service inside this program. */
  readonly place: string
  /** Whether the service reads its time from this machine's clock, as one inside this program does. */
  readonly sharesClock?: boolean
  readonly send: (request: ServiceRequest, signal: AbortSignal) => Promise<ServiceResponse>
}
