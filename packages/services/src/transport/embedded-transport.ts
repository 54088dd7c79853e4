import type { ServiceRequest, ServiceTransport } from '@custody/core/exchange'

import type { ServiceApplication } from '../server/service-application'

/** For a person: where the services run that no connection leads to. */
export const EMBEDDED_PLACE = 'inside this program'

/** Asks an application in this process, without a socket. Large replies are passed on as they are read. */
export const embeddedTransport = ({ fastify }: ServiceApplication): ServiceTransport => ({
  place: EMBEDDED_PLACE,
  sharesClock: true,
  send: async ({ method, path, headers, body }: ServiceRequest, signal: AbortSignal) => {
    signal.throwIfAborted()
    const response = await fastify.inject({
      method,
      url: path,
      headers,
      signal,
      payloadAsStream: true,
      ...(body !== undefined && { payload: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }),
    })
    const stream = response.stream()
    return {
      status: response.statusCode,
      header: (name) => {
        const value = response.headers[name]
        return typeof value === 'string' ? value : value?.toString()
      },
      body: stream as AsyncIterable<Uint8Array>,
      cancel: () => void stream.destroy(),
    }
  },
})
