export { machineFileBinding } from './machine-binding'
export type { BindingFactor, BindingPorts, MachineBinding, PassphrasePort } from './machine-binding'
export type { BindingChange } from './master-key'
export { machineIdInstallation, type InstallationPort } from './os-installation'
export { FACTOR_KINDS, type FactorKind, type StatedBinding } from './stated-binding'
export type { OwnKey } from './key-pair-file'
export type { Keystore } from './keystore'
export type { VaultKey } from './vault-key-file'
export type { VaultClass } from './keystore-seals'
export { DeviceEpochInstalled } from './device-event'
export {
  makeFolder,
  PRIVATE_FILE,
  PRIVATE_FOLDER,
  publishFile,
  replaceFile,
  syncFolder,
  systemCode,
  temporariesOf,
  temporaryName,
  writing,
} from './durable-file'
export { makePrivateKey } from './private-key'
export { readFailure } from './read-failure'
export { eraseScope, MachineIdentityErased } from './erase-scope'
export { VaultGenerationOpened, VaultGenerationRetired, VaultGenerationsSuperseded } from './vault-generation-event'
