import type { AsfSample } from '../../asf/write/asf-writer'
import { SAMPLE_ID_BYTES } from '../../asf/write/packet-layout'
import type { BatchInside } from '../../batch/batch-inside'
import { IV_BYTES } from '../../batch/sample-columns'
import { PipelineError } from '../../fault/pipeline-error'

const UNITS_PER_MILLISECOND = 10_000
/** Milliseconds that the 32 bits of a time hold. */
const TIMES = 0x1_0000_0000

const unsupported = (what: string): PipelineError => new PipelineError({ type: 'UnsupportedMedia', at: undefined, what })

/**
 * Readers take of 32 bits the time that is nearest to the one before. So a stream may run on past their end, but cannot begin
 * beyond it or step on by half of it.
 *
 * @param before preroll in milliseconds, and the time of the stream's last sample in 100 ns units.
 * @errors `UnsupportedMedia`.
 */
export const requireTime = (
  { stream, time }: AsfSample,
  { preroll, last }: { readonly preroll: number; readonly last: number | undefined }
): void => {
  const holds =
    last === undefined
      ? time / UNITS_PER_MILLISECOND + preroll < TIMES
      : Math.abs(time - last) / UNITS_PER_MILLISECOND < TIMES / 2
  if (!holds) throw unsupported(`times of stream ${String(stream)} that 32 bits of milliseconds do not hold`)
}

/**
 * A file may have vectors of 16 bytes. Written here are the 8 of a sample ID, whose blocks count from 0.
 *
 * @errors `UnsupportedMedia` for a sample that counts from elsewhere: by its ID alone it would open as noise.
 */
export const requireShortVector = ({ columns: { iv, track } }: BatchInside, row: number): void => {
  for (let at = row * IV_BYTES + SAMPLE_ID_BYTES; at < (row + 1) * IV_BYTES; at += 1) {
    if (iv[at] !== 0) throw unsupported(`vectors of 16 bytes in stream ${String(track[row] ?? 0)}`)
  }
}

/**
 * What is protected as one unit cannot be cut without its key.
 *
 * @param largest bytes that a packet can take.
 * @errors `UnsupportedMedia` for units of a source that had larger packets.
 */
export const requireUnits = ({ stream, units }: AsfSample, largest: number): void => {
  if (units === undefined) return
  for (let unit = 0; unit < units.length; unit += 1) {
    const bytes = units[unit] ?? 0
    if (bytes <= largest) continue
    throw unsupported(`a unit of ${String(bytes)} bytes in stream ${String(stream)}, where packets hold ${String(largest)}`)
  }
}
