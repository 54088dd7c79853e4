export { readDeletionMessage, writeDeletionMessage } from './deletion-message'
export { IssuerChallenge, readIssuerChallenge } from './issuer-challenge'
export { issuerKeyThumbprint, issuerPublicKey, type IssuerPublicKey } from './issuer-public-key'
export { meetsCriteria, type LicenseCriteria } from './license-criteria'
export {
  acceptLicenseRevocation,
  issueLicenseRevocation,
  type LicenseRevocation,
  type RevocationNarrowing,
} from './license-revocation'
export { acceptAcknowledgement, acknowledgeRevocation, RevocationAcknowledgement } from './revocation-acknowledgement'
export { acceptRevocationChallenge, answerIssuerChallenge, RevocationChallenge } from './revocation-challenge'
