import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

import type { PostgresAddress } from '../../../../../../test/postgres/shared-postgres'

/** A way to the server that can be cut. */
export interface TcpProxy {
  readonly address: PostgresAddress
  /** From now on cuts every connection on which the client sends the given text: before it reaches the server, or right after. */
  readonly cutAt: (text: string, when: 'before' | 'after') => void
  /** Cuts all connections and, until `mend`, refuses new ones. */
  readonly cut: () => void
  readonly mend: () => void
  readonly close: () => Promise<void>
}

interface Cut {
  readonly text: string
  readonly when: 'before' | 'after'
}

/** Starts a proxy in front of a server. */
export const tcpProxy = async (server: PostgresAddress): Promise<TcpProxy> => {
  const sockets = new Set<Socket>()
  let cutAt: Cut | undefined
  let broken = false
  const end = (...both: ReadonlyArray<Socket>): void => both.forEach((socket) => socket.destroy())
  const listener = createServer((client) => {
    if (broken) return end(client)
    const upstream = connect(server.port, server.host)
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(one)
      one.on('error', () => undefined).on('close', () => end(other))
    }
    client.on('data', (data) => {
      if (cutAt === undefined || !data.includes(cutAt.text)) return void upstream.write(data)
      if (cutAt.when === 'after') {
        // The server gets it all and its answer goes nowhere; it hears of the end when it has done what it was asked.
        client.removeAllListeners('close')
        upstream.end(data)
      }
      client.destroy()
    })
    upstream.on('data', (data) => (client.destroyed ? undefined : client.write(data)))
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    address: { ...server, port: (listener.address() as AddressInfo).port },
    cutAt: (text, when) => (cutAt = { text, when }),
    cut: () => {
      broken = true
      end(...sockets)
    },
    mend: () => {
      broken = false
      cutAt = undefined
    },
    close: async () => {
      end(...sockets)
      listener.close()
      await once(listener, 'close')
    },
  }
}
