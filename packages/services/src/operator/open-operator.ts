import type { CoreFault } from '@custody/core/fault'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { openAuthority, type AuthorityOptions } from '../authority/open-authority'
import type { Authority } from '../authority/authority'
import { individualizationService, type IndividualizationOptions } from '../individualization/individualization-service'

import { licenseServer } from '../license/license-server'
import { managementService } from '../management/management-service'
import { serviceApplication, type ServiceApplication, type ServiceApplicationOptions } from '../server/service-application'
import type { ServiceModule } from '../server/service-route'

/** A service by the name that a command gives it. */
export type OperatedService = 'management' | 'individualization' | 'license'

/** What an operator runs. */
export interface OperatorOptions
  extends AuthorityOptions,
    IndividualizationOptions,
    Pick<ServiceApplicationOptions, 'limits' | 'logger' | 'tls'> {
  /** All of them where nothing is said. */
  readonly only?: ReadonlyArray<OperatedService>
}

/** One operator: an authority with its services in one application, to be asked in process or listened with. */
export interface Operator {
  readonly authority: Authority
  readonly application: ServiceApplication
  /**
   * Listens for requests. @param host 127.0.0.1 where nothing is said. @param port 0 for any free one.
   * @returns the address, as in `http://127.0.0.1:7480`. Rejects with the system's error where the port is taken.
   */
  readonly listen: (at: { readonly host?: string; readonly port: number }) => Promise<string>
  /** Lets the requests that run have their answers, then closes the authority and its log. */
  readonly close: () => Promise<void>
}

const modules = (options: OperatorOptions): ReadonlyMap<OperatedService, ServiceModule> =>
  new Map<OperatedService, ServiceModule>([

    ['management', managementService],
    ['individualization', individualizationService(options)],
    ['license', licenseServer],
  ])

/**
 * Opens an authority, made at its first use, with its services.
 *
 * @errors those of the authority's folder and log.
 */
export const openOperator = (options: OperatorOptions): TE.TaskEither<CoreFault, Operator> =>
  pipe(
    openAuthority(options),
    TE.flatMap((authority) =>
      TE.fromTask(async () => {
        const { only, limits, logger, tls } = options
        const services = [...modules(options)].filter(([name]) => only === undefined || only.includes(name)).map(([, module]) => module)
        const application = await serviceApplication({
          authority,
          services,
          ...(limits && { limits }),
          ...(logger && { logger }),
          ...(tls && { tls }),
        })
        const close = async (): Promise<void> => {
          await application.close()
          // What cannot be anchored stays in the log; the next opening compares again.
          await authority.anchor()
          authority.close()
        }
        const address: Operator['listen'] = ({ host = '127.0.0.1', port }) => application.fastify.listen({ host, port })
        return { authority, application, listen: address, close }
      })
    )
  )
