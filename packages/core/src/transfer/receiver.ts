import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'

import type { CertificateUse } from '../certificate/certificate-document'
import { verifyChain } from '../certificate/verify-chain'
import type { CertificateFault } from '../fault/core-fault'
import type { RecordedReceiver } from './recorded-circumstances'

/** The other side of a transfer. Built-in systems run in this process and are no receiver. */
export type Receiver =
  | { readonly type: 'in-process' }
  /** Another process, with its chain of certificates: compact JWS, its own first. */
  | { readonly type: 'certified'; readonly chain: ReadonlyArray<string> }

/** What a chain is checked against. */
export interface ReceiverExpectation {
  /** The authority's public key; without one no receiver is believed. */
  readonly root: KeyObject | undefined
  readonly use: CertificateUse
  /** Trusted time, microseconds since 1970. */
  readonly now: number
}

const unfit = (fault: CertificateFault): RecordedReceiver => {
  switch (fault.type) {
    case 'CertificateInvalid':
      return { type: 'unfit', reason: 'CertificateInvalid', why: `${fault.where}: ${fault.why}` }
    case 'CertificateExpired':
      return { type: 'unfit', reason: 'CertificateExpired', why: `certificate ${fault.serial} ended at ${fault.until}` }
    case 'LevelInadequate':
      return { type: 'unfit', reason: 'LevelInadequate', why: `level ${fault.level}, at least ${fault.least}` }
    case 'CertificateRevoked':
      return { type: 'unfit', reason: 'CertificateInvalid', why: `revoked: ${fault.thumbprint}` }
  }
}

/** The keys that something is sealed to a receiver with. */
export interface ReceiverKeys {
  /** Public key on P-256. */
  readonly key: KeyObject
  /** RSA, of a receiver that knows no other. */
  readonly wrapKey: KeyObject | undefined
}

/** The keys of a receiver whose certificates are good; `null` for any other. */
export const receiverKeys = (receiver: Receiver, expectation: ReceiverExpectation): ReceiverKeys | null => {
  if (receiver.type === 'in-process') return null
  const checked = verifyChain(receiver.chain, expectation)
  if (E.isLeft(checked)) return null
  const { key, wrapKey } = checked.right.subject
  return { key, wrapKey }
}

/** Checks the certificates of the other side, and keeps what the decision needs of them. Whether they are revoked is asked apart. */
export const checkReceiver = (receiver: Receiver, expectation: ReceiverExpectation): RecordedReceiver => {
  if (receiver.type === 'in-process') return receiver
  const checked = verifyChain(receiver.chain, expectation)
  if (E.isLeft(checked)) return unfit(checked.left)
  const { subject, certificates } = checked.right
  return {
    type: 'certified',
    serial: subject.serial,
    level: subject.level,
    thumbprints: certificates.map(({ thumbprint }) => thumbprint),
    systems: subject.systems,
    until: Math.min(...certificates.map(({ until }) => until)),
  }
}
