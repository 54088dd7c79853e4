export type { Batch } from './batch'
export type { Clear, Content, Session, State } from './state'
