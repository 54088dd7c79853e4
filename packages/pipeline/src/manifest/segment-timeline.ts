import type { PresentationSegment } from './presentation'
import type { XmlElement } from './xml-element'

interface Run {
  readonly start: number
  readonly duration: number
  count: number
  /** The run does not begin where the last one ended. */
  readonly isApart: boolean
}

const runsOf = (segments: ReadonlyArray<PresentationSegment>): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  let end: number | undefined
  for (const { start, duration } of segments) {
    const last = runs.at(-1)
    if (last !== undefined && start === end && duration === last.duration) last.count += 1
    else runs.push({ start, duration, count: 1, isApart: start !== end })
    end = start + duration
  }
  return runs
}

/**
 * Lists when segments begin and how long they are, equal neighbours once.
 *
 * @source ISO/IEC 23009-1, 5.3.9.6
 */
export const segmentTimeline = (segments: ReadonlyArray<PresentationSegment>): XmlElement => ({
  name: 'SegmentTimeline',
  children: runsOf(segments).map(({ start, duration, count, isApart }) => ({
    name: 'S',
    attributes: {
      ...(isApart ? { t: String(start) } : {}),
      d: String(duration),
      ...(count > 1 ? { r: String(count - 1) } : {}),
    },
  })),
})
