export { diversifierHeader } from '../device/diversifier'
export {
  IndividualizationBegun,
  IndividualizationCancelled,
  IndividualizationDeclined,
  IndividualizationFailed,
  IndividualizationGranted,
  IndividualizationInstalling,
  IndividualizationProgress,
  IndividualizationStatus,
  IndividualizationSucceeded,
  IndividualizationUnneeded,
} from './individualization-event'
export {
  AUTHORITY_PATH,
  AuthorityReply,
  INDIVIDUALIZATION_PATH,
  IndividualizationBody,
  IndividualizationReply,
  PACKAGE_TYP,
  PackageDescriptor,
  VERSION_PATH,
  VERSION_TYP,
  VersionStatement,
} from './individualization-messages'
export { acceptCredential, issueCredential, IssuedCredential, type CredentialExpectation } from './issued-credential'
export { machineId } from './machine-identity'
export {
  acceptEnablerTable,
  acceptPolicy,
  EnablerTable,
  issueEnablerTable,
  issuePolicy,
  MAX_PACKAGE_LINE,
  MAX_PACKAGE_PART,
  packageHead,
  packageLine,
  PackagePart,
  type PartExpectation,
  PolicyDocument,
  readPackageHead,
  readPackageLine,
} from './package-part'
export { presentCredential, type PresentCredential } from './present-credential'
export { resumeIndividualization } from './finish-epoch'
export { individualize, type Individualize, type IndividualizeEnv } from './individualize'
export { contentEnablers, type ContentEnablers } from './content-enablers'
export { renewalQuestion } from './renewal-question'
export { renewComponents, type Renewal, type RenewalEnv, type RenewalQuestion } from './renew-components'
