export { CoreError } from './core-error'
export type {
  AcquisitionFault,
  AuthorityFault,
  BackupFault,
  CertificateFault,
  ConsentFault,
  CoreFault,
  GrantFault,
  IndividualizationFault,
  KeystoreFault,
  LicenseFault,
  RevocationFault,
  SealedDataFault,
  ServiceFault,
  SessionFault,
  StoreFault,
} from './core-fault'
