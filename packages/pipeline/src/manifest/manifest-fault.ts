import type { PresentationProtection } from './presentation'

/** What a kind of manifest has no words for. */
export type ManifestFault =
  /** HLS knows no method for the scheme; DASH does. */
  | { readonly type: 'HlsMethodMissing'; readonly scheme: PresentationProtection['scheme'] }
  /** A protected track for whose key no system has a line: its playlist would say that it is clear. */
  | { readonly type: 'HlsKeyMissing'; readonly file: string }
