import { demuxAsf } from '../../asf/demux/demux-asf'
import { UNPROTECTED, type RowProtection } from '../../batch/row-protection'
import { schemeNumber } from '../../batch/schemes'
import type { AsfFile } from '../../media/open-asf'
import type { SampleSource } from './sample-source'

/** How an ASF file is read. */
export interface AsfReading {
  readonly salvage: boolean
  /** Bytes. */
  readonly largestSample: number
  readonly scheme: 'mce' | 'cocktail'
}

/** The samples of an ASF file, after its header was read. */
export const asfSamples = ({ source, header }: AsfFile, { salvage, largestSample, scheme }: AsfReading): SampleSource => {
  const protections = [UNPROTECTED]
  const places = new Map<number, number>()
  for (const { number, encrypted, spread } of header.streams) {
    if (!encrypted) continue
    const own: RowProtection = { scheme: schemeNumber(scheme), ...(spread && { spread }) }
    places.set(number, protections.push(own) - 1)
  }
  return {
    protections,
    protectionOf: (track) => places.get(track) ?? 0,
    read: (assembler) => demuxAsf(source, header, assembler, { salvage, largestSample }),
  }
}
