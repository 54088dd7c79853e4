import type { CodecMismatch } from '../encoding/codec-mismatch'

/** Why a signed document is refused, in the order of the checks. */
export type SignedFault =
  | { readonly type: 'SignedTooLarge'; readonly bytes: number; readonly limit: number }
  /** No three base64url parts, a signature of another length, or a header or payload that is no JSON object in UTF-8. */
  | { readonly type: 'SignedFormInvalid'; readonly part: 'document' | 'header' | 'payload' | 'signature' }
  /** The header has other members than `alg`, `typ` and `kid`, or one twice. */
  | { readonly type: 'SignedHeaderInvalid'; readonly found: string }
  | { readonly type: 'SignedAlgorithmRefused'; readonly found: string }
  | { readonly type: 'SignedTypeOther'; readonly expected: string; readonly found: string }
  | { readonly type: 'SignedKeyUnknown'; readonly kid: string }
  | { readonly type: 'SignedSignatureInvalid'; readonly kid: string }
  /** The payload is not the canonical JSON text of itself. */
  | { readonly type: 'SignedPayloadNotCanonical' }
  | ({ readonly type: 'SignedPayloadMalformed' } & CodecMismatch)
