export { succeed, temporaryHome } from '../../../testing/home/temporary-home'
export type { GivenKey, TemporaryHome } from '../../../testing/home/temporary-home'
