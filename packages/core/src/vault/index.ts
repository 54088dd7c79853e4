export type { KeyBlock } from '../license/key-block'
export { LicenseStored } from './license-event'
export { returnAbandonedUses } from './return-abandoned-uses'
export { reserveCounters } from './reserve-counters'
export type { CounterRange, CounterRequest } from './reserve-counters'
export { revealKeys, secretDigits } from './reveal-keys'
export type { RevealedKey } from './reveal-keys'
export { storeLicense } from './store-license'
export { licensesByKey, listLicenses } from './stored-licenses'
export type { StoredLicense } from './stored-licenses'
export type { TargetKeyRequest } from './target-keys'
export { returnUse } from './use-step'
export { KeysRevealed, TargetKeyCreated } from './target-key-event'
export {
  GrantClosed,
  GrantOpened,
  KeyReleased,
  ProtectionAuthorized,
  UseBroken,
  UseFinished,
  UseReserved,
  UseReturned,
} from './use-event'
