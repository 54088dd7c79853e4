export {
  acceptRevocationInformation,
  acceptRevocationList,
  type AcceptRevocationFault,
  type Believed,
} from './accept-revocation'
export { freshness, type Freshness } from './freshness'
export { isRevoked } from './is-revoked'
export { issueRevocationInformation, issueRevocationList } from './issue-revocation'
export {
  REVOCATION_EVENTS,
  REVOCATION_STREAM,
  RevocationForkSeen,
  RevocationInformationStored,
  RevocationListStored,
} from './revocation-event'
export { RevocationInformation } from './revocation-information'
export { INFORMATION_ID, REVOCATION_KINDS, type RevocationKind } from './revocation-kind'
export { RevocationList } from './revocation-list'
export type { RevocationAuthority } from './revocation-signer'
export {
  informationVersion,
  isListed,
  noRevocation,
  ownApplicationRevoked,
  type DemandedList,
  type RevocationFork,
  type RevocationState,
  type StoredRevocationInformation,
  type StoredRevocationList,
} from './revocation-state'
export { storeRevocationData, storeRevocationsOf } from './store-revocation-data'
export { revocationState } from './stored-revocation'
export { RefreshBy, RevocationRefreshBegun, RevocationRefreshEnded, RevocationRefreshFailed } from './refresh-event'
export {
  refreshRevocation,
  REVOCATION_PATH,
  RevocationReply,
  type RefreshRevocation,
  type RefreshRevocationEnv,
} from './refresh-revocation'
