export { acceptLicense, acceptLicenseInBackground } from './accept-license'
export type { Acceptance } from './accept-license'
export type { AcceptedLicense } from './accepted-license'
export { Action } from './action'
export { checkConsistency } from './document-consistency'
export { chainCandidates } from './chain-candidates'
export { evaluate, evaluateUse } from './evaluate'
export { DATA_FORMS } from './evaluation'
export type {
  Allowed,
  Circumstances,
  ClockStanding,
  CollaborativeSession,
  DataForm,
  DeliveredForms,
  Delivery,
  DeviceStatement,
  Evaluation,
  Refused,
  Take,
} from './evaluation'
export { linksOf } from './held-license'
export type { HeldLicense } from './held-license'
export { issueLicense } from './issue-license'
export type { Issuer, LicenseDraft } from './issue-license'
export { contentKeyFromSeed } from './key-seed'
export { LICENSE_TYP, LicenseDocument } from './license-document'
export type { CopyLevels, PlayLevels, Right, Window } from './license-document'
export { readLicenseResponse, writeLicenseResponse } from './license-response'
export type { LicenseResponse } from './license-response'
export type { LicenseMalformed } from './license-malformed'
export { LicenseRefusal } from './license-refusal'
export { absentLicense } from './license-state'
export type { LicenseState, Standing } from './license-state'
export { outputLevels } from './output-levels'
export type { OutputLevels } from './output-levels'
export { queryAction } from './query-action'
export type { QueryAnswer, QueryCircumstances } from './query-action'
export { queryResult, Refusal } from './refusal'
export type { RefusalReason } from './refusal'
export { conditionsFromRights, defaultConditions, RightsFile } from './rights-file'
export type { Conditions } from './rights-file'
export { STATE_CATEGORY, stateCategory } from './state-category'
export type { StateCategory } from './state-category'
export { Timestamp, timestampFromMicros, timestampMicros } from './timestamp'
export type { TimestampBrand } from './timestamp'
export { usageKey } from './usage'
export type { Usage } from './usage'
export { byPriority } from './used-first'
