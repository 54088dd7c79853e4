export { PipelineError } from './pipeline-error'
export type {
  IoFault,
  LeaseFault,
  MalformedMedia,
  MediaFault,
  PipelineFault,
  ProtectionFault,
  SessionFault,
  TruncatedMedia,
  UnsupportedMedia,
  VerificationFailed,
} from './pipeline-fault'
