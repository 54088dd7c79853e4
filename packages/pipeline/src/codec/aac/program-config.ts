import { readAacBits, type AacBits } from './aac-bits'

/**
 * Reads past a `program_config_element()`; answers how many channels it lists, each coupled pair as two.
 *
 * @source ISO/IEC 14496-3, 4.4.1.1
 */
export const skipProgramConfig = (bits: AacBits): number => {
  readAacBits(bits, 10) // element_instance_tag, object_type, sampling_frequency_index
  const front = readAacBits(bits, 4)
  const side = readAacBits(bits, 4)
  const back = readAacBits(bits, 4)
  const lowFrequency = readAacBits(bits, 2)
  const data = readAacBits(bits, 3)
  const coupling = readAacBits(bits, 4)
  if (readAacBits(bits, 1) === 1) readAacBits(bits, 4) // mono_mixdown_element_number
  if (readAacBits(bits, 1) === 1) readAacBits(bits, 4) // stereo_mixdown_element_number
  if (readAacBits(bits, 1) === 1) readAacBits(bits, 3) // matrix_mixdown
  let channels = lowFrequency
  for (let element = 0; element < front + side + back; element += 1) {
    channels += readAacBits(bits, 1) === 1 ? 2 : 1
    readAacBits(bits, 4)
  }
  readAacBits(bits, 4 * lowFrequency)
  readAacBits(bits, 4 * data)
  for (let element = 0; element < coupling; element += 1) readAacBits(bits, 5)
  bits.at = Math.min(Math.ceil(bits.at / 8) * 8, bits.bytes.length * 8)
  const comment = readAacBits(bits, 8)
  for (let byte = 0; byte < comment; byte += 1) readAacBits(bits, 8)
  return channels
}
