/** Gives random bytes. The only source of randomness in the library, so that tests can be exact and builds cannot be weak. */
export interface Random {
  /** A fresh, unpooled array of `length` bytes that the caller owns and may wipe. */
  readonly bytes: (length: number) => Uint8Array<ArrayBuffer>
}
