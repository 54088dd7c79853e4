import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { anchorLog } from '../anchor/anchor-log'
import type { AnchorSink } from '../anchor/anchor-sink'
import { anchoringStore } from '../anchor/anchoring-store'
import { machineFileSink } from '../anchor/machine-file-sink'
import { catalogProjections } from '../catalog/catalog-projections'
import type { Clock } from '../clock/clock'
import { checkHomePlace, type HomePlace } from '../device/check-home-place'
import { evolve, initial } from '../device/device-decider'
import { DEVICE_EVENTS, DEVICE_STREAM, DeviceEpochInstalled } from '../device/device-event'
import { keystoreOf, type Keystore } from '../device/keystore'
import { KEYSTORE } from '../device/keystore-place'
import { machineFileBinding } from '../device/machine-binding'
import { once } from '../device/once'
import { newEvent } from '../event/define-event'
import type { CoreFault, KeystoreFault } from '../fault/core-fault'
import type { DeviceStatement } from '../license/evaluation'
import type { Random } from '../random/random'
import { revocationProjection } from '../revocation/revocation-read-model'
import type { EventStore } from '../store/event-store'
import { openSqliteStore } from '../store/sqlite/open-sqlite-store'
import type { SqliteStore } from '../store/sqlite/sqlite-store'
import { vaultProjections } from '../vault/read-models'
import { foldStream } from './fold-stream'
import type { Home } from './home'
import { readConfig, type HomeConfig } from './home-config'
import { HOME_STREAM, HomeCreated, HomeMoved } from './home-event'
import { eventsFile, firstSecurityVersion, makeHome } from './make-home'

/** Where a home lies and what it works with. */
export interface HomeOptions {
  readonly directory: string
  /** File of the machine secret, outside every home. */
  readonly machineFile: string
  readonly clock: Clock
  readonly random: Random
  /** Public key of the authority's root on P-256; without one no certificate and no revocation list is believed. */
  readonly authorityRoot?: KeyObject
  /** Where anchors of the log are kept outside the home; default: beside the machine file. */
  readonly anchors?: AnchorSink
}

const FIRST_EPOCH = 0

const deviceOf = (store: EventStore): TE.TaskEither<CoreFault, DeviceStatement> =>
  pipe(
    foldStream(store, DEVICE_STREAM, { definitions: DEVICE_EVENTS, initial, evolve }),
    TE.flatMap(({ state: { epoch, securityVersion } }): TE.TaskEither<CoreFault, DeviceStatement> =>
      securityVersion === undefined
        ? TE.left({ type: 'KeystoreMissing', place: DEVICE_STREAM })
        : TE.right({ epoch, securityVersion })
    )
  )

/** The first events of a home; whoever comes second finds them there. */
const recordCreation = (store: EventStore, homeId: string): TE.TaskEither<CoreFault, void> =>
  pipe(
    deviceOf(store),
    TE.map(() => undefined),
    TE.orElse((fault): TE.TaskEither<CoreFault, undefined> => {
      if (fault.type !== 'KeystoreMissing') return TE.left(fault)
      const installed = newEvent(DeviceEpochInstalled, { epoch: FIRST_EPOCH, securityVersion: firstSecurityVersion() })
      return pipe(
        store.append({
          appends: [
            { stream: HOME_STREAM, expectedRevision: 0, events: [newEvent(HomeCreated, { homeId })] },
            { stream: DEVICE_STREAM, expectedRevision: 0, events: [installed] },
          ],
        }),
        TE.map(() => undefined),
        TE.orElse((lost): TE.TaskEither<CoreFault, undefined> =>
          lost.type === 'RevisionConflict' ? TE.right(undefined) : TE.left(lost)
        )
      )
    })
  )

const recordMove =
  (store: EventStore, homeId: string) =>
  (place: HomePlace): TE.TaskEither<KeystoreFault, void> =>
    place !== 'moved'
      ? TE.right(undefined)
      : pipe(
          store.append({
            appends: [{ stream: HOME_STREAM, expectedRevision: 'any', events: [newEvent(HomeMoved, { homeId })] }],
          }),
          // The move was noticed and the keys open; a full disk shows at the next append, which nothing can do without.
          TE.match(
            () => E.right(undefined),
            () => E.right(undefined)
          )
        )

const homeIn = async (directory: string): Promise<string | undefined> => {
  const config = await readConfig(directory)()
  return E.isRight(config) ? config.right?.homeId : undefined
}

const openKeystore = (options: HomeOptions, homeId: string, store: EventStore): Keystore => {
  const { directory, machineFile, random } = options
  const guard = once(
    pipe(
      checkHomePlace({ directory, homeId, machineFile, random, homeIn }),
      TE.flatMap(recordMove(store, homeId))
    )
  )
  return keystoreOf({ folder: join(directory, KEYSTORE), homeId, binding: machineFileBinding(machineFile, random), guard })
}

const assembled = (options: HomeOptions, { homeId, log: logId }: HomeConfig, log: SqliteStore): Home => {
  const { directory, machineFile, clock, random, authorityRoot } = options
  const anchors = options.anchors ?? machineFileSink({ directory, homeId, machineFile, random })
  const { store, anchor } = anchoringStore(log, () => anchorLog({ store: log, log, keystore, device, clock, anchors })())
  const keystore = openKeystore(options, homeId, store)
  const device = deviceOf(store)
  const close = (): void => {
    keystore.close()
    store.close()
  }
  const root = authorityRoot !== undefined && { authorityRoot }
  return { homeId, directory, store, log, logId, anchors, anchor, keystore, clock, random, ...root, device, close }
}

/**
 * Opens a home, and makes it at first use. No key is opened before something needs it, so the log of a home that was
 * copied or belongs to another machine stays readable; its keys then answer `HomeCopied` or `BindingMismatch`.
 *
 * @errors `HomeUnwritable`, `KeystoreMissing`, `KeystoreDamaged`, those of the store.
 */
export const openHome = (options: HomeOptions): TE.TaskEither<CoreFault, Home> => {
  const { directory, machineFile, clock, random } = options
  return pipe(
    makeHome({ directory, binding: machineFileBinding(machineFile, random), clock, random }),
    TE.mapLeft((fault): CoreFault => fault),
    TE.bindTo('config'),
    TE.bind('store', ({ config }) =>
      openSqliteStore({
        file: eventsFile(directory),
        clock,
        random,
        logId: config.log,
        projections: [...vaultProjections, ...catalogProjections, revocationProjection],
      })
    ),
    TE.map(({ config, store }) => assembled(options, config, store)),
    TE.flatMap((home) =>
      pipe(
        recordCreation(home.store, home.homeId),
        TE.map(() => home),
        TE.tapError(() => TE.fromIO(() => home.close()))
      )
    )
  )
}
