export type { Random } from './random'
export { systemRandom } from './system-random'
