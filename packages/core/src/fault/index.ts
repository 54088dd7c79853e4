export { CoreError } from './core-error'
export type {
  CertificateFault,
  CoreFault,
  GrantFault,
  KeystoreFault,
  LicenseFault,
  RevocationFault,
  SealedDataFault,
  StoreFault,
} from './core-fault'
