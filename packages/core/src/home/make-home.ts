import { access } from 'node:fs/promises'
import { join } from 'node:path'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { createKeystore, removeUnfinishedKeystores } from '../device/create-keystore'
import { makeFolder, publishFile, systemCode, writing } from '../device/durable-file'
import { keystoreDamaged, readKeyHeader } from '../device/key-file'
import { KEYSTORE, logFile, masterFile } from '../device/keystore-place'
import type { MachineBinding } from '../device/machine-binding'
import { uuidV7 } from '../event/uuid-v7'
import type { Clock } from '../clock/clock'
import type { KeystoreFault } from '../fault/core-fault'
import { SecurityVersion } from '../identity/security-version'
import type { Random } from '../random/random'
import { configFile, configText, readConfig, type HomeConfig } from './home-config'

/** What a home is made with. */
export interface HomeMaking {
  readonly directory: string
  readonly binding: MachineBinding
  readonly clock: Clock
  readonly random: Random
}

const FIRST_VERSION = '2.2.0.0'

/** The version of a device that was never individualized (IN-1). */
export const firstSecurityVersion = (): SecurityVersion => {
  if (!SecurityVersion.is(FIRST_VERSION)) throw new RangeError('not a security version')
  return FIRST_VERSION
}

/** Place of a home's log. */
export const eventsFile = (directory: string): string => join(directory, 'events.db')

const exists = (place: string): TE.TaskEither<KeystoreFault, boolean> =>
  TE.fromTask(async () => {
    try {
      await access(place)
      return true
    } catch (error) {
      return systemCode(error) !== 'ENOENT'
    }
  })

const publicMember = (place: string, name: string): TE.TaskEither<KeystoreFault, string> =>
  pipe(
    readKeyHeader(place),
    TE.flatMap(({ header }) => {
      const value = header[name]
      return typeof value === 'string' ? TE.right(value) : TE.left(keystoreDamaged(place))
    })
  )

/** The configuration follows from the keystore, so that whoever writes it writes the same. */
const configFromKeystore = ({ directory, random }: HomeMaking): TE.TaskEither<KeystoreFault, void> => {
  const keystore = join(directory, KEYSTORE)
  return pipe(
    TE.Do,
    TE.bind('homeId', () => publicMember(masterFile(keystore), 'home')),
    TE.bind('log', () => publicMember(logFile(keystore), 'kid')),
    TE.flatMap(({ homeId, log }) =>
      writing(directory, async () => {
        await publishFile(configFile(directory), configText(homeId, log), random)
      })
    )
  )
}

const makeKeystore = ({ directory, binding, clock, random }: HomeMaking): TE.TaskEither<KeystoreFault, boolean> =>
  createKeystore({
    directory,
    homeId: uuidV7(clock, random),
    binding,
    random,
    securityVersion: firstSecurityVersion(),
  })

/**
 * The keystore comes first, then the configuration, then the log; so a log or a configuration without a keystore is
 * one that lost it, and a keystore without a configuration is a first run that was cut off. The log is looked for
 * first: another process may be making all three meanwhile.
 */
const completeKeystore = (making: HomeMaking): TE.TaskEither<KeystoreFault, void> => {
  const place = join(making.directory, KEYSTORE)
  return pipe(
    TE.Do,
    TE.bind('hasLog', () => exists(eventsFile(making.directory))),
    TE.bind('hasKeystore', () => exists(place)),
    TE.flatMap(({ hasLog, hasKeystore }): TE.TaskEither<KeystoreFault, unknown> => {
      if (hasKeystore) return TE.right(undefined)
      return hasLog ? TE.left({ type: 'KeystoreMissing', place }) : makeKeystore(making)
    }),
    TE.tapTask(() => removeUnfinishedKeystores(making.directory)),
    TE.flatMap(() => configFromKeystore(making))
  )
}

/**
 * Makes the folder, keys and configuration of a home where they are not there yet; a run that was cut off is completed.
 * Processes that race for it end with the same home.
 *
 * @errors `HomeUnwritable` with the system's code, `KeystoreMissing` for a home that lost its keys, `KeystoreDamaged`.
 */
export const makeHome = (making: HomeMaking): TE.TaskEither<KeystoreFault, HomeConfig> =>
  pipe(
    writing(making.directory, () => makeFolder(making.directory)),
    TE.mapLeft((fault): KeystoreFault => fault),
    TE.flatMap(() => readConfig(making.directory)),
    TE.flatMap((known) =>
      known === undefined
        ? pipe(
            completeKeystore(making),
            TE.flatMap(() => readConfig(making.directory))
          )
        : TE.right(known)
    ),
    TE.filterOrElse(
      (config) => config !== undefined,
      () => keystoreDamaged(configFile(making.directory))
    )
  )
