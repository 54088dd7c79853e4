import { join } from 'node:path'

import type { ServiceKeyUse } from '@custody/core/authority'

/** The folder of all private keys of an authority. */
export const keysFolder = (directory: string): string => join(directory, 'keys')
/** The services' log, where nothing else is configured. */
export const eventsFile = (directory: string): string => join(directory, 'events.db')
/** A copy of the newest trust document, for people and programs that read files; the log is what counts. */
export const trustFile = (directory: string): string => join(directory, 'trust.jws')

/** Name of the root key in the folder of keys: PKCS #8 in DER, as all private keys there. */
export const ROOT_FILE = 'root.der'
/** Name of the key that instances check nonces with: 32 bytes. */
export const NONCE_FILE = 'nonce.key'
/** Name of the key that a service seals its own state with: 32 bytes. */
export const STATE_FILE = 'state.key'

/** All uses, in the order in which a trust document names them. */
export const SERVICE_KEY_USES: ReadonlyArray<ServiceKeyUse> = [
  'management-signing',
  'management-sealing',
  'individualization-signing',
  'license-signing',
]

/** Name of a service key's file. @param kid thumbprint of its public half. */
export const serviceKeyFile = (use: ServiceKeyUse, kid: string): string => `${use}-${kid}.der`

const SERVICE_KEY_FILE = /^(?<use>[a-z]+-[a-z]+)-(?<kid>[A-Za-z0-9_-]{43})\.der$/

/** Reads a name that {@link serviceKeyFile} gave. */
export const readServiceKeyFile = (name: string): { readonly use: ServiceKeyUse; readonly kid: string } | undefined => {
  const { use: word, kid } = SERVICE_KEY_FILE.exec(name)?.groups ?? {}
  const use = SERVICE_KEY_USES.find((one) => one === word)
  return use === undefined || kid === undefined ? undefined : { use, kid }
}
