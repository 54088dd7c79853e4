/** What the one time that ASF has for a sample says of a picture. */
export type TimesMeaning = 'decode' | 'presentation' | 'unknown'

/** Two pictures that follow one another in decode order, in the same coded video sequence. */
export interface PicturePair {
  /** Pictures by which the second is shown after the first; below 0 when it is shown before. */
  readonly ahead: number
  /** Units of 100 ns by which the file's time of the second is later. */
  readonly later: number
  /** Length of a picture in the same units; 0 when unknown. */
  readonly step: number
}

/** Finds out, pair by pair, whether the times of a file follow the order of decoding or of showing. */
export interface MeaningVotes {
  add(pair: PicturePair): void
  current(): TimesMeaning
}

const verdict = (decode: number, presentation: number): TimesMeaning => {
  if (decode === presentation) return 'unknown'
  return decode > presentation ? 'decode' : 'presentation'
}

/**
 * A picture that is shown before the one decoded before it tells by the sign of its time. Until there is one, a picture
 * that skips others tells by the size of it: one length of a picture, or one for each picture skipped.
 */
export const createMeaningVotes = (): MeaningVotes => {
  const backward = { decode: 0, presentation: 0 }
  const forward = { decode: 0, presentation: 0 }

  return {
    add: ({ ahead, later, step }) => {
      if (ahead < 0 && later !== 0) backward[later > 0 ? 'decode' : 'presentation'] += 1
      if (ahead < 2 || !(step > 0)) return
      forward[Math.abs(later - step) < Math.abs(later - ahead * step) ? 'decode' : 'presentation'] += 1
    },
    current: () => {
      const told = verdict(backward.decode, backward.presentation)
      return told === 'unknown' ? verdict(forward.decode, forward.presentation) : told
    },
  }
}
