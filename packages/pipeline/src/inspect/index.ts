export { inspectMedia } from './inspect-media'
