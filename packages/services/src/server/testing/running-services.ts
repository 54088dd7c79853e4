import type { ServiceTransport } from '@custody/core/exchange'

import type { Authority } from '../../authority/authority'
import { embeddedTransport } from '../../transport/embedded-transport'
import { httpTransport } from '../../transport/http-transport'
import { serviceApplication, type ServiceApplicationOptions } from '../service-application'

/** How the services are reached. */
export type Reach = 'http' | 'embedded'

/** Both ways, for suites that hold for either. */
export const REACHES: ReadonlyArray<Reach> = ['http', 'embedded']

/** Services that answer. */
export interface RunningServices {
  readonly transport: ServiceTransport
  /** Base of URLs; nothing where there is no socket. */
  readonly address: string | undefined
  /** Lines of the log, parsed. */
  readonly lines: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly rawLog: () => string
  readonly routes: ReadonlyArray<{ readonly method: string; readonly path: string }>
  readonly close: () => Promise<void>
}

/** Runs services on a free port of 127.0.0.1, or in this process. The authority stays open when they close. */
export const runServices = async (
  reach: Reach,
  authority: Authority,
  options: Omit<ServiceApplicationOptions, 'authority'>
): Promise<RunningServices> => {
  const written: string[] = []
  const lines: Array<Readonly<Record<string, unknown>>> = []
  const logger = {
    write: (line: string) => {
      written.push(line)
      lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>)
    },
  }
  const application = await serviceApplication({ authority, logger, ...options })
  const address = reach === 'http' ? await application.fastify.listen({ host: '127.0.0.1', port: 0 }) : undefined
  return {
    transport: address === undefined ? embeddedTransport(application) : httpTransport(address),
    address,
    lines,
    rawLog: () => written.join(''),
    routes: application.routes,
    close: application.close,
  }
}
