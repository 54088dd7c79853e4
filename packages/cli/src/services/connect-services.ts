import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '@custody/core/clock'
import { offlineClient, serviceClient, type ServiceClient, type ServiceTransport } from '@custody/core/exchange'
import { systemRandom } from '@custody/core/random'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import type { HomePlaces } from '../options/home-place'
import { anchorsBeside, authorityFailure } from './authority-anchors'

/** The services that a command speaks to. */
export interface Services {
  readonly management: ServiceClient
  readonly individualization: ServiceClient
  readonly license: ServiceClient
  /** Whether they run inside this program. */
  readonly embedded: boolean
  readonly close: () => Promise<void>
}

/** Where services are: at an address, or with their own folder inside this program. */
export interface ServicePlace {
  /** `--service`. */
  readonly service: string | undefined
  /** Folder of the embedded authority. */
  readonly authority: string
  /** File of the machine secret: anchors of the embedded authority's log lie beside it. */
  readonly machineFile: string
}

/** Where the services of a command are. @param service as an option gives it. */
export const servicePlace = (
  service: unknown,
  { authority, machineFile }: Pick<HomePlaces, 'authority' | 'machineFile'>
): ServicePlace => ({
  service: typeof service === 'string' ? service : undefined,
  authority,
  machineFile,
})

/** Resolves after milliseconds, or at once when the signal aborts. */
export const waitFor = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined)

const clientsOf = (transport: ServiceTransport): Omit<Services, 'embedded' | 'close'> => {
  const client = (): ServiceClient => serviceClient({ transport, clock: systemClock, random: systemRandom, wait: waitFor })
  return { management: client(), individualization: client(), license: client() }
}

/** Set by whoever administers the computer: nothing at an address is asked (IN-35). */
const OFFLINE = 'CUSTODY_OFFLINE'

const remote = async (address: string): Promise<Services> => {
  if ((process.env[OFFLINE] ?? '') !== '') {
    const client = offlineClient(address)
    return { management: client, individualization: client, license: client, embedded: false, close: () => Promise.resolve() }
  }
  const { httpTransport } = await import('@custody/services/transport')
  return { ...clientsOf(httpTransport(address)), embedded: false, close: () => Promise.resolve() }
}

const embedded = ({ authority: directory, machineFile }: ServicePlace): TE.TaskEither<CommandFailure, Services> =>
  pipe(
    TE.fromTask(() =>
      Promise.all([import('@custody/services/operator'), import('@custody/services/transport'), anchorsBeside(machineFile)])
    ),
    TE.flatMap(([{ openOperator }, { embeddedTransport }, anchors]) =>
      pipe(
        openOperator({ directory, anchors, clock: systemClock, random: systemRandom }),
        TE.bimap(authorityFailure, ({ application, close }): Services => ({
          ...clientsOf(embeddedTransport(application)),
          embedded: true,
          close,
        }))
      )
    )
  )

/**
 * Connects to the services for one piece of work. Nothing is sent by that; the embedded ones are made at their first use.
 *
 * @errors those of the embedded authority.
 */
export const withServices =
  (place: ServicePlace) =>
  <A>(work: (services: Services) => TE.TaskEither<CommandFailure, A>): TE.TaskEither<CommandFailure, A> =>
    pipe(
      place.service === undefined ? embedded(place) : TE.fromTask(() => remote(place.service ?? '')),
      TE.flatMap((services) => async () => {
        try {
          return await work(services)()
        } finally {
          await services.close()
        }
      })
    )
