export type { Batch } from './batch'
export { samplesOf } from './sample-view'
export type { SampleFrame, SampleView } from './sample-view'
export type { Clear, Content, Session, State } from './state'
