import type { Pattern } from '../../cipher/common-encryption/pattern'
import type { CounterRange } from './counter-range'

/** How samples are to be protected. */
export type TargetProtection =
  /** AES-CTR; `mce` is ASF's. Each sample has an id of 8 bytes of its own. */
  | { readonly scheme: 'mce' | 'cenc'; readonly counters: CounterRange }
  /** AES-CTR over the blocks of a pattern. */
  | { readonly scheme: 'cens'; readonly counters: CounterRange; readonly pattern?: Pattern }
  /** AES-CBC. Each sample has a vector of 16 bytes: the block that an id of its own makes under the key. */
  | { readonly scheme: 'cbc1'; readonly counters: CounterRange }
  /** AES-CBC over the blocks of a pattern, under one vector of 16 bytes for all samples of the track. */
  | { readonly scheme: 'cbcs'; readonly constantIv: Uint8Array; readonly pattern?: Pattern }
  /** The classic cipher of Windows Media, one unit a payload in packets of this many bytes. */
  | { readonly scheme: 'cocktail'; readonly packetSize: number }
