export { httpTransport } from './http-transport'
