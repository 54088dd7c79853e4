import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { anchorLog } from '../anchor/anchor-log'
import { anchoringStore } from '../anchor/anchoring-store'
import { machineFileSink } from '../anchor/machine-file-sink'
import { pinnedRoot } from '../authority/home-authority'
import type { CheckedChain } from '../certificate/checked-certificate'
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
import type { EventStore } from '../store/event-store'
import { openSqliteStore } from '../store/sqlite/open-sqlite-store'
import { checkedApplication } from './checked-application'
import type { Home } from './home'
import { readConfig, type HomeConfig } from './home-config'
import { HOME_STREAM, HomeCreated, HomeMoved } from './home-event'
import { homeProjections } from './home-projections'
import type { HomeOptions, HomeStore } from './home-options'
import { eventsFile, firstSecurityVersion, makeHome } from './make-home'
import { rememberedFold } from './remembered-fold'

const FIRST_EPOCH = 0

const foldedDevice = rememberedFold(DEVICE_STREAM, { definitions: DEVICE_EVENTS, initial, evolve })

/** Epoch and version as a log has them. @errors `KeystoreMissing` for a log without any, those of the store. */
export const deviceOf = (store: EventStore): TE.TaskEither<CoreFault, DeviceStatement> =>
  pipe(
    foldedDevice(store),
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
  return keystoreOf({ folder: join(directory, KEYSTORE), homeId, ports: options, guard })
}

/** What a home is put together from. */
interface HomeParts {
  readonly config: HomeConfig
  readonly store: HomeStore
  readonly application: CheckedChain | undefined
}

const assembled = (options: HomeOptions, { config, store: log, application }: HomeParts): Home => {
  const { homeId, log: logId } = config
  const { directory, machineFile, clock, random, authorityRoot } = options
  const anchors = options.anchors ?? machineFileSink({ directory, homeId, machineFile, random })
  const { store, anchor } = anchoringStore(log, () => anchorLog({ store: log, log, keystore, device, clock, anchors })())
  const keystore = openKeystore(options, homeId, store)
  const device = deviceOf(store)
  const close = (): void => {
    keystore.close()
    store.close()
  }
  const readAuthorityRoot = pipe(
    pinnedRoot(store),
    TE.map((pinned) => void (root = authorityRoot ?? pinned))
  )
  let root = authorityRoot
  return Object.defineProperty(
    {
      homeId,
      directory,
      store,
      log,
      logId,
      anchors,
      anchor,
      keystore,
      clock,
      random,
      readAuthorityRoot,
      ...(application && { application }),
      device,
      close,
    },
    'authorityRoot',
    { get: () => root, enumerable: true }
  )
}

/** Opens the log of a home alone. @errors those of the store. */
export const openHomeStore = (options: HomeOptions, config: HomeConfig): TE.TaskEither<CoreFault, HomeStore> => {
  const { directory, clock, random } = options
  const openStore = options.openStore ?? ((env) => openSqliteStore({ ...env, file: eventsFile(directory) }))
  return openStore({ logId: config.log, clock, random, projections: homeProjections })
}

/**
 * Opens a home, and makes it at first use. No key is opened before something needs it, so the log of a home that was
 * copied or belongs to another machine stays readable; its keys then answer `HomeCopied` or `BindingMismatch`.
 *
 * @errors `HomeUnwritable`, `KeystoreMissing`, `KeystoreDamaged`, those of the store; `CertificateInvalid`,
 * `CertificateExpired` for the application's own certificates.
 */
export const openHome = (options: HomeOptions): TE.TaskEither<CoreFault, Home> => {
  const { directory, machineFile, clock, random } = options
  return pipe(
    makeHome({ directory, binding: machineFileBinding(machineFile, random), clock, random }),
    TE.mapLeft((fault): CoreFault => fault),
    TE.bindTo('config'),
    TE.bind('application', () => TE.fromEither(checkedApplication(options))),
    TE.bind('store', ({ config }) => openHomeStore(options, config)),
    TE.map((parts) => assembled(options, parts)),
    TE.flatMap((home) =>
      pipe(
        recordCreation(home.store, home.homeId),
        TE.flatMap(() => home.readAuthorityRoot),
        TE.map(() => home),
        TE.tapError(() => TE.fromIO(() => home.close()))
      )
    )
  )
}
