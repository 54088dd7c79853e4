export type { Change } from './change'
export type { Judgement } from './judge-scene'
export type { Asked, Scene } from './scene'
export { smallestChange } from './smallest-change'
