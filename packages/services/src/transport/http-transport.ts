import type { ServiceRequest, ServiceResponse, ServiceTransport } from '@custody/core/exchange'

const bodyOf = async function* (stream: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
  if (stream === null) return
  const reader = stream.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

const responseOf = (response: Response): ServiceResponse => ({
  status: response.status,
  header: (name) => response.headers.get(name) ?? undefined,
  body: bodyOf(response.body),
  cancel: () => void response.body?.cancel().catch(() => undefined),
})

/**
 * Carries requests over HTTP or HTTPS, without following redirects: a service answers itself or not at all.
 *
 * @param address as in `https://rights.example:8443`; the paths of requests go below it.
 */
export const httpTransport = (address: string): ServiceTransport => {
  const base = address.replace(/\/+$/, '')
  return {
    place: base,
    send: async ({ method, path, headers, body }: ServiceRequest, signal: AbortSignal) =>
      responseOf(
        await fetch(`${base}${path}`, {
          method,
          headers,
          redirect: 'error',
          signal,
          ...(body !== undefined && { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }),
        })
      ),
  }
}
