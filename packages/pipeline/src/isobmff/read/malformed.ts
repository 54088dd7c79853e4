import type { MalformedMedia } from '../../fault/pipeline-fault'

/** Bytes of an MP4 file that do not say what the format requires. */
export const malformed = (at: number, expected: string, found: string): MalformedMedia => ({
  type: 'MalformedMedia',
  format: 'mp4',
  at,
  expected,
  found,
})
