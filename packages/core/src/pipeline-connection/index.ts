export { connectPipeline } from './connect-pipeline'
export type { Redeemer } from './connect-pipeline'
export type { OpenedGrant } from './opened-grant'
