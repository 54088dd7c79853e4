import { addSpan, noSpans, type Spans } from '../spans'
import type { SampleRanges } from './sample-ranges'

/** Where the protected bytes of a sample lie. */
export const rangeSpans = ({ first, count, clear, protected: covered }: SampleRanges): Spans => {
  const spans = noSpans()
  let at = 0
  for (let run = first; run < first + count; run += 1) {
    at += clear[run] ?? 0
    addSpan(spans, at, covered[run] ?? 0)
    at += covered[run] ?? 0
  }
  return spans
}
