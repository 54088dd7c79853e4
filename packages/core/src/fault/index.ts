export { CoreError } from './core-error'
export type { CoreFault, GrantFault, KeystoreFault, LicenseFault, StoreFault } from './core-fault'
