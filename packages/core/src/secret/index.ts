export { equalBytes } from './equal-bytes'
export { secretEquals, secretFromBytes, secretLength, wipeSecret } from './secret'
export type { Secret } from './secret'
