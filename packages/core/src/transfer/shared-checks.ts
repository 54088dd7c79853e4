import { satisfiesVersion } from '../identity/security-version'
import { refusal, type Refusal } from '../license/refusal'
import { isReliable } from './reliable'
import type { TransferQuestion } from './transfer-question'

/** One thing that a transfer is asked, whichever way it goes; empty where nothing is in the way. */
type SharedCheck = (question: TransferQuestion) => ReadonlyArray<Refusal>

/** Whether the handle that the request came through is of the device's present epoch. */
export const staleEpoch: SharedCheck = ({ handleEpoch, device }) =>
  handleEpoch === null || handleEpoch === device.epoch
    ? []
    : [refusal('HandleStale', 'IN-26', `the handle is of epoch ${handleEpoch}, the device has epoch ${device.epoch}`)]

/** A certificate’s dates and the age of a list need a clock that can be believed; a license says for itself whether it does. */
export const clockForReceiver: SharedCheck = ({ clock, receiver }) =>
  receiver.type === 'in-process' || clock.type === 'trusted'
    ? []
    : [refusal('ClockUntrusted', 'R13', 'the clock is earlier than the log, so the dates of no certificate can be judged')]

/** The version that the content itself demands, whatever a license says (IN-4). */
export const contentVersion: SharedCheck = ({ contentVersion: least, device }) => {
  if (least === null || satisfiesVersion(device.securityVersion, least)) return []
  const text = `the content needs security version ${least}.0.1, installed is ${device.securityVersion}; individualize`
  return [refusal('IndividualizationRequired', 'IN-3', text)]
}

/**
 * Whether the list that could name the other side can be relied on: none and an old one cannot (R8). Data that cannot be
 * read may say anything, so that nothing is allowed in this process either (R6).
 */
export const listReliable: SharedCheck = ({ receiver, revocation }) =>
  isReliable(revocation.freshness) || (receiver.type === 'in-process' && revocation.freshness !== 'unreadable')
    ? []
    : [refusal('RevocationStale', 'R8', `the list of revoked ${revocation.kind}s is ${revocation.freshness}`)]

/** Whether the system was registered; no other is ever honoured. */
export const systemRegistered: SharedCheck = ({ system, registered }) =>
  registered.includes(system) ? [] : [refusal('SystemUnregistered', 'EX-23', `the system ${system} is not registered`)]

/** Whether this application may use protected content at all: if it was revoked itself it may not, whatever a license says. */
export const ownApplication: SharedCheck = ({ revocation }) =>
  revocation.barred
    ? [refusal('CertificateRevoked', 'RV-4', 'this application was revoked, so it may use no protected content; get its newer version')]
    : []
