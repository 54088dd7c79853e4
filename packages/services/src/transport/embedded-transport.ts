import { addAbortSignal } from 'node:stream'

import type { ServiceRequest, ServiceTransport } from '@custody/core/exchange'
import type { LightMyRequestResponse as Response } from 'fastify'

import type { ServiceApplication } from '../server/service-application'

/** For a person: where the services run that no connection leads to. */
export const EMBEDDED_PLACE = 'inside this program'

/** The application answers to the end what nobody waits for any more, as a service behind a network does. */
const untilAborted = (served: Promise<Response>, signal: AbortSignal): Promise<Response> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new DOMException('given up', 'AbortError'))
    }
    signal.addEventListener('abort', stop, { once: true })
    served
      .then((response) => {
        if (signal.aborted) response.stream().destroy()
        resolve(response)
      }, reject)
      .finally(() => {
        signal.removeEventListener('abort', stop)
      })
  })

/** Asks an application in this process, without a socket. Large replies are passed on as they are read. */
export const embeddedTransport = ({ fastify }: ServiceApplication): ServiceTransport => ({
  place: EMBEDDED_PLACE,
  sharesClock: true,
  send: async ({ method, path, headers, body }: ServiceRequest, signal: AbortSignal) => {
    signal.throwIfAborted()
    const served = fastify.inject({
      method,
      url: path,
      headers,
      payloadAsStream: true,
      ...(body !== undefined && { payload: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }),
    })
    const response = await untilAborted(served, signal)
    const stream = addAbortSignal(signal, response.stream())
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
