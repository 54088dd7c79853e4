export { PipelineError } from './pipeline-error'
export type {
  IoFault,
  LeaseFault,
  MalformedMedia,
  MediaFault,
  PipelineFault,
  ProtectionFault,
  TruncatedMedia,
  UnsupportedMedia,
  VerificationFailed,
} from './pipeline-fault'
