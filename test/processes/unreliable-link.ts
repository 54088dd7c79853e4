import { createServer, request, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What befalls a request on the link. */
export type Mishap = 'none' | 'reply-lost' | 'doubled' | 'cut'

/** A link between a command and the services that loses replies, doubles requests and cuts bodies. */
export interface UnreliableLink {
  /** Address to give to the command. */
  readonly url: string
  /** Requests that came from the command, by what befell them. */
  readonly seen: Readonly<Record<Mishap, number>>
  readonly close: () => Promise<void>
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

const forward = (options: RequestOptions, body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(options, (reply) => {
      bodyOf(reply).then((bytes) => {
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: bytes })
      }, reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })

/**
 * Opens a link on a free port.
 *
 * @param service address of the real services. @param next says what befalls the next request, to this path.
 */
export const openUnreliableLink = async (service: string, next: (path: string) => Mishap): Promise<UnreliableLink> => {
  const { hostname, port } = new URL(service)
  const seen: Record<Mishap, number> = { none: 0, 'reply-lost': 0, doubled: 0, cut: 0 }
  const carry = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = incoming
    const mishap = next(url)
    seen[mishap] += 1
    const body = await bodyOf(incoming)
    const options = { hostname, port, method, path: url, headers }
    if (mishap === 'doubled') await forward(options, body)
    const answer = await forward(options, body)
    if (mishap === 'reply-lost') return void outgoing.destroy()
    outgoing.writeHead(answer.status, answer.headers)
    if (mishap !== 'cut') return void outgoing.end(answer.body)
    outgoing.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => outgoing.destroy())
  }
  const server = createServer((incoming, outgoing) => {
    carry(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
