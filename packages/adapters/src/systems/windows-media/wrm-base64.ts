import { decodeBase64 } from '@custody/core/encoding'
import * as O from 'fp-ts/Option'

/**
 * Windows Media's own alphabet has `!` for `+` and `*` for `/`; headers with either occur.
 *
 * @source Comment of a public PlayReady header on the conversion of WMDRM headers; unverified on files.
 */
export const standardBase64 = (text: string): string => text.trim().replaceAll('!', '+').replaceAll('*', '/')

/** The bytes of a base64 text in either alphabet; undefined when it is none. */
export const bytesOfWrmBase64 = (text: string): Uint8Array | undefined =>
  O.toUndefined(decodeBase64(standardBase64(text)))
