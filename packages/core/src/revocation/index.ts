export { freshness, type Freshness } from './freshness'
export { RevocationInformation } from './revocation-information'
export { INFORMATION_ID, REVOCATION_KINDS, type RevocationKind } from './revocation-kind'
export { RevocationList } from './revocation-list'
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
