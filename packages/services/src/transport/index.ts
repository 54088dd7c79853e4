export { EMBEDDED_PLACE, embeddedTransport } from './embedded-transport'
export { httpTransport } from './http-transport'
