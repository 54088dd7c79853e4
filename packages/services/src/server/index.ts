export { contentDigest, decideOnce, type Decided, type Decision } from './decide-once'
export { listen, type ListeningServices, type ListenOptions } from './listen'
export { jsonOf, PROOF_PARAMETER, signedResponses, textOf, type OpenApiOperation, type OpenApiPaths } from './open-api'
export {
  serviceApplication,
  type LogSink,
  type ServiceApplication,
  type ServiceApplicationOptions,
  type TlsKeys,
} from './service-application'
export { SERVICE_LIMITS, type Rate, type ServiceLimits } from './service-limits'
export {
  answer,
  formRoute,
  contentRoute,
  plainRoute,
  refuse,
  signedRoute,
  type Answer,
  type BelievedRequest,
  type FormRoute,
  type ContentRoute,
  type PlainReply,
  type Refusal,
  type RequestContent,
  type ServiceModule,
  type ServiceRoutes,
  type SignedRoute,
  type Signer,
} from './service-route'
