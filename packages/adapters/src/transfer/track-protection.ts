import type { CounterRange } from '@custody/core/vault'
import type { Random } from '@custody/core/random'
import type { TargetProtection } from '@custody/pipeline/operators/protection'

import type { ExportScheme } from '../contract/adapter'
import type { PlannedTrack } from './export-plan'

/** Bytes of the vector that each sample brings, where it brings one. */
const SAMPLE_VECTOR = 8
const CONSTANT_VECTOR = 16

/** Of pictures a block in ten; sound is protected whole. @source ISO/IEC 23001-7, 10.4.2 */
const PICTURE_PATTERN = { crypt: 1, skip: 9 }

/** How the samples of a track are protected, and what its file says of it. */
export interface ProtectedTrack {
  readonly samples: TargetProtection & { readonly scheme: ExportScheme }
  readonly file: { readonly ivSize: 0 | 8 | 16; readonly constantIv?: Uint8Array; readonly pattern?: typeof PICTURE_PATTERN }
}

/** What a track of an export is protected by. @param counters Reserved for this track, whether its scheme counts or not. */
export const protectTrack = (
  scheme: ExportScheme,
  { form }: Pick<PlannedTrack, 'form'>,
  { counters, random }: { readonly counters: CounterRange; readonly random: Random }
): ProtectedTrack => {
  const pattern = form === 'whole' ? {} : { pattern: PICTURE_PATTERN }
  switch (scheme) {
    case 'cenc':
      return { samples: { scheme, counters }, file: { ivSize: SAMPLE_VECTOR } }
    case 'cens':
      return { samples: { scheme, counters, ...pattern }, file: { ivSize: SAMPLE_VECTOR, ...pattern } }
    case 'cbc1':
      return { samples: { scheme, counters }, file: { ivSize: CONSTANT_VECTOR } }
    case 'cbcs': {
      const constantIv = random.bytes(CONSTANT_VECTOR)
      return { samples: { scheme, constantIv, ...pattern }, file: { ivSize: 0, constantIv, ...pattern } }
    }
  }
}
