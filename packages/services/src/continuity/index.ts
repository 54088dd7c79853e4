export { checkContinuity, nextContinuity, type Continuity, type NextContinuity } from './continuity'
export { ContinuityGiven } from './continuity-event'
