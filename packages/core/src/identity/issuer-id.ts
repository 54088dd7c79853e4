import * as t from 'io-ts'

export interface IssuerIdBrand {
  readonly IssuerId: unique symbol
}

const THUMBPRINT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/**
 * Names who signs licenses: the thumbprint of the first key of the issuer's chain, base64url of 32 bytes.
 * The last digit carries four bits only, so that no two spellings name one key.
 *
 * @source RFC 7638
 */
export const IssuerId = t.brand(
  t.string,
  (text): text is t.Branded<string, IssuerIdBrand> => THUMBPRINT.test(text),
  'IssuerId'
)
export type IssuerId = t.TypeOf<typeof IssuerId>
