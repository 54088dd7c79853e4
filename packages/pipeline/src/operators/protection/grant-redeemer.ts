import { connectPipeline } from '@custody/core/pipeline-connection'

/** The only way from a grant to a key in this process: core hands it out once, to the copy of this package that loads first. */
export const redeemer = connectPipeline()
