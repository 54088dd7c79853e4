export { consentGiven, ConsentStatement, recordConsent, type Answer, type ConsentId, type ConsentPort } from './consent'
export { ConsentAnswer, ConsentMeans, ConsentRecorded } from './consent-event'
export { noticeDigest, noticeFor, PRIVACY_STATEMENT, type ConsentKind, type Notice } from './notice'
