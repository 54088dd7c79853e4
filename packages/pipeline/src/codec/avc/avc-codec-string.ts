/**
 * Names the codec of a track for manifests, as in `avc1.64000d`: profile, constraint flags and level of its
 * configuration record.
 *
 * @param record an `AVCDecoderConfigurationRecord` that was parsed before.
 * @source RFC 6381, 3.3
 */
export const avcCodecString = (record: Uint8Array): string =>
  `avc1.${Array.from(record.subarray(1, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
