import { readPlainBits, type PlainBits } from '../bits/plain-bits'

/**
 * Reads past a `program_config_element()`; answers how many channels it lists, each coupled pair as two.
 *
 * @source ISO/IEC 14496-3, 4.4.1.1
 */
export const skipProgramConfig = (bits: PlainBits): number => {
  readPlainBits(bits, 10) // element_instance_tag, object_type, sampling_frequency_index
  const front = readPlainBits(bits, 4)
  const side = readPlainBits(bits, 4)
  const back = readPlainBits(bits, 4)
  const lowFrequency = readPlainBits(bits, 2)
  const data = readPlainBits(bits, 3)
  const coupling = readPlainBits(bits, 4)
  if (readPlainBits(bits, 1) === 1) readPlainBits(bits, 4) // mono_mixdown_element_number
  if (readPlainBits(bits, 1) === 1) readPlainBits(bits, 4) // stereo_mixdown_element_number
  if (readPlainBits(bits, 1) === 1) readPlainBits(bits, 3) // matrix_mixdown
  let channels = lowFrequency
  for (let element = 0; element < front + side + back; element += 1) {
    channels += readPlainBits(bits, 1) === 1 ? 2 : 1
    readPlainBits(bits, 4)
  }
  readPlainBits(bits, 4 * lowFrequency)
  readPlainBits(bits, 4 * data)
  for (let element = 0; element < coupling; element += 1) readPlainBits(bits, 5)
  bits.at = Math.min(Math.ceil(bits.at / 8) * 8, bits.bytes.length * 8)
  const comment = readPlainBits(bits, 8)
  for (let byte = 0; byte < comment; byte += 1) readPlainBits(bits, 8)
  return channels
}
