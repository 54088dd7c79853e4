export { acquireLicense } from './acquire-license'
export { POLL_PACE, type AcquisitionEnv, type AcquisitionRequest, type MonitorRequest, type PollPace } from './acquisition-env'
export {
  AcquisitionBegun,
  AcquisitionCancelled,
  AcquisitionChallenged,
  AcquisitionFailed,
  AcquisitionMode,
  AcquisitionRefused,
  LicenseAcquired,
  MonitorCancelled,
  NextStep,
  UrlState,
} from './acquisition-event'
export { ACCEPT_PATH, ACQUIRE_PATH, AcquireBody, PAGE_PATH, PICKUP_PATH, PickupBody, PickupReply } from './acquisition-messages'
export { acquisitionUrl, type AcquisitionPlace, type AcquisitionUrl } from './acquisition-url'
export {
  acceptChallenge,
  CHALLENGE_LIFE,
  challengePost,
  type ChallengePost,
  claimedChallenge,
  issueChallenge,
  LicenseChallenge,
  MAX_CHALLENGE,
} from './license-challenge'
export { monitorAcquisition } from './monitor-acquisition'
