export { buildAsfProtection, readAsfProtection } from './asf-protection'
export type { AsfProtection, AsfProtectionObjects, AsfScheme } from './asf-protection'
