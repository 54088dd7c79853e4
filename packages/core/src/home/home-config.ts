import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import * as t from 'io-ts'

import { readFailure } from '../device/read-failure'
import type { KeystoreFault } from '../fault/core-fault'

const CONFIG_VERSION = 1
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** Public facts about a home that must be known before its log is open. */
export const HomeConfig = t.type(
  {
    v: t.literal(CONFIG_VERSION),
    homeId: t.string,
    /** Thumbprint of the log key. */
    log: t.string,
  },
  'home configuration'
)
export type HomeConfig = Readonly<t.TypeOf<typeof HomeConfig>>

/** Place of a home's configuration. */
export const configFile = (directory: string): string => join(directory, 'config.json')

/** The text of a configuration, the same for the same home whoever writes it. */
export const configText = (homeId: string, log: string): string => {
  const config: HomeConfig = { v: CONFIG_VERSION, homeId, log }
  return `${JSON.stringify(config, null, 2)}\n`
}

/** Reads a home's configuration; nothing where there is none. @errors `KeystoreDamaged` for a file that is none, `HomeUnwritable`. */
export const readConfig =
  (directory: string): TaskEither<KeystoreFault, HomeConfig | undefined> =>
  async () => {
    const place = configFile(directory)
    try {
      const decoded = HomeConfig.decode(JSON.parse(await readFile(place, 'utf8')))
      return E.isRight(decoded) && UUID.test(decoded.right.homeId)
        ? decoded
        : E.left({ type: 'KeystoreDamaged', place })
    } catch (error) {
      const fault = readFailure(place, error)
      return fault.type === 'KeystoreMissing' ? E.right(undefined) : E.left(fault)
    }
  }
