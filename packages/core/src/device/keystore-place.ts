import { join } from 'node:path'

import { hex } from '../encoding/hex'
import { sha256 } from '../encoding/sha256'
import { utf8 } from '../encoding/utf8'

/** Folder of a home that holds its sealed keys. */
export const KEYSTORE = 'keystore'

/** The folder of one epoch's keys below a keystore. */
export const epochFolder = (keystore: string, epoch: number): string => join(keystore, 'epochs', String(epoch))

/** The sealed master key. */
export const masterFile = (keystore: string): string => join(keystore, 'master.jwe')

/** The sealed key that anchors the log. */
export const logFile = (keystore: string): string => join(keystore, 'log.jwe')

/** The sealed key that signs the home's own licenses. */
export const issuerFile = (keystore: string): string => join(keystore, 'issuer.jwe')

/** The sealed key pair of an epoch that signs. */
export const signingFile = (keystore: string, epoch: number): string =>
  join(epochFolder(keystore, epoch), 'signing.jwe')

/** The sealed key pair of an epoch that vault keys are sealed to. */
export const agreementFile = (keystore: string, epoch: number): string =>
  join(epochFolder(keystore, epoch), 'agreement.jwe')

/** What states the epoch's version and public keys; no secret. */
export const credentialFile = (keystore: string, epoch: number): string =>
  join(epochFolder(keystore, epoch), 'credential.jws')

/** A vault key sealed to an epoch. */
export const vaultFile = (keystore: string, epoch: number, generation: number): string =>
  join(epochFolder(keystore, epoch), `vault-${generation}.jwe`)

/** The sealed key by which one authority knows this home. */
export const scopeFile = (keystore: string, authority: string): string =>
  join(keystore, 'scopes', `${hex(sha256(utf8(authority)))}.jwe`)
