import { serviceApplication, type ServiceApplicationOptions } from './service-application'

/** Where an application listens. */
export interface ListenOptions extends ServiceApplicationOptions {
  /** An address of this computer; 127.0.0.1 where nothing is said. */
  readonly host?: string
  /** 0 for any free one. */
  readonly port: number
}

/** An application that listens. */
export interface ListeningServices {
  /** As in `http://127.0.0.1:7480`. */
  readonly address: string
  /** Takes no more connections, lets the requests that run have their answers, then closes the authority and its log. */
  readonly close: () => Promise<void>
}

/** Listens for requests. Rejects with the system's error where the port is taken. */
export const listen = async ({ host = '127.0.0.1', port, ...options }: ListenOptions): Promise<ListeningServices> => {
  const application = await serviceApplication(options)
  const address = await application.fastify.listen({ host, port })
  return {
    address,
    close: async () => {
      await application.close()
      application.authority.close()
    },
  }
}
