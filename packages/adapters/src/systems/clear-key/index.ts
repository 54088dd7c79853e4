export { clearKey } from './adapter'
