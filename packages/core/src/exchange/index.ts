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
export { RETRY_PACE, type RetryPace } from './retry-pace'
export { serviceClient, type ServiceAnswer, type ServiceCall, type ServiceClient, type ServiceClientEnv } from './service-client'
export { acceptReply, MAX_REPLY, type Reply, ServiceRefusal, signAnswer, signRefusal } from './service-reply'
export type { ServiceName, ServiceRequest, ServiceResponse, ServiceTransport } from './service-transport'
