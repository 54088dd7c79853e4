export {
  acceptProof,
  acceptScopeProof,
  audience,
  bodyDigest,
  NONCE_HEADER,
  proveRequest,
  proveScope,
  REQUEST_HEADER,
  requestDigest,
  RequestProof,
  ScopeProof,
} from './request-proof'
export { offlineClient } from './offline-client'
export { RETRY_PACE, type RetryPace } from './retry-pace'
export type { LongFetch, LongTry } from './fetch-long'
export { serviceClient, type ServiceAnswer, type ServiceCall, type ServiceClient } from './service-client'
export type { ServiceClientEnv } from './service-client-env'
export { acceptReply, MAX_REPLY, type Reply, ServiceRefusal, signAnswer, signRefusal } from './service-reply'
export type { ServiceName, ServiceRequest, ServiceResponse, ServiceTransport } from './service-transport'
