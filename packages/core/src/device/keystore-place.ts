import { join } from 'node:path'

import { hex } from '../encoding/hex'
import { sha256 } from '../encoding/sha256'
import { utf8 } from '../encoding/utf8'

/** Folder of a home that holds its sealed keys. */
export const KEYSTORE = 'keystore'

/** An epoch by its number, or the folder that it is put together in before it counts. */
export type EpochPlace = number | `${number}.partial`

/** The folder of all epochs. */
export const epochsFolder = (keystore: string): string => join(keystore, 'epochs')

/** Where an epoch is put together. */
export const partialEpoch = (epoch: number): EpochPlace => `${epoch}.partial`

/** The folder of one epoch's keys below a keystore. */
export const epochFolder = (keystore: string, epoch: EpochPlace): string => join(epochsFolder(keystore), String(epoch))

/** The sealed master key. */
export const masterFile = (keystore: string): string => join(keystore, 'master.jwe')

/** The sealed key that anchors the log. */
export const logFile = (keystore: string): string => join(keystore, 'log.jwe')

/** The sealed key that signs the home's own licenses. */
export const issuerFile = (keystore: string): string => join(keystore, 'issuer.jwe')

/** The sealed key pair of an epoch that signs. */
export const signingFile = (keystore: string, epoch: EpochPlace): string =>
  join(epochFolder(keystore, epoch), 'signing.jwe')

/** The sealed key pair of an epoch that vault keys are sealed to. */
export const agreementFile = (keystore: string, epoch: EpochPlace): string =>
  join(epochFolder(keystore, epoch), 'agreement.jwe')

/** What states the epoch's version and public keys; no secret. */
export const credentialFile = (keystore: string, epoch: EpochPlace): string =>
  join(epochFolder(keystore, epoch), 'credential.jws')

/** What makes a service-issued epoch unlike any other, sealed to its agreement key (IN-19). */
export const diversifierFile = (keystore: string, epoch: EpochPlace): string =>
  join(epochFolder(keystore, epoch), 'diversifier.jwe')

/** The package that an epoch came with; no secret. */
export const packageFile = (keystore: string, epoch: EpochPlace): string => join(epochFolder(keystore, epoch), 'package')

/** A vault key sealed to an epoch. */
export const vaultFile = (keystore: string, epoch: EpochPlace, generation: number): string =>
  join(epochFolder(keystore, epoch), `vault-${generation}.jwe`)

/** The sealed key by which one authority knows this home. */
export const scopeFile = (keystore: string, authority: string): string =>
  join(keystore, 'scopes', `${hex(sha256(utf8(authority)))}.jwe`)
