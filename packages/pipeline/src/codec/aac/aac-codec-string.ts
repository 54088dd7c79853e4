import type { AudioSpecificConfig } from './audio-specific-config'

/**
 * Names the codec of a track for manifests, as in `mp4a.40.2`, by the object type that is said first.
 *
 * @source RFC 6381, 3.3
 */
export const aacCodecString = ({ objectType }: Pick<AudioSpecificConfig, 'objectType'>): string =>
  `mp4a.40.${objectType}`
