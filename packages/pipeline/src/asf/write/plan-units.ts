import type { SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { cutLength, LAYOUT, largestPayload, payloadRoom } from './packet-layout'

/**
 * Cuts samples into the payloads that the writer will put them in, for a cipher whose unit is a payload: what is protected
 * cannot be cut anew.
 */
export interface UnitPlanner {
  /**
   * The units of the next sample, all of them protected whole. To be asked for all samples of a file in their order.
   *
   * @param whole keeps the sample in one unit where a packet can hold it, as is done with sound.
   */
  readonly next: (size: number, whole: boolean) => SampleRanges
}

/** Plans for packets of one size. A plan that turns out otherwise costs room in a packet, nothing else. */
export const createUnitPlanner = (packetSize: number): UnitPlanner => {
  const { replicated } = LAYOUT
  const largest = largestPayload(packetSize, replicated)
  let used: number = LAYOUT.multipleHeader
  let payloads = 0
  const nextPacket = (): void => {
    used = LAYOUT.multipleHeader
    payloads = 0
  }
  const take = (length: number): void => {
    if (length > payloadRoom(packetSize, used, replicated)) nextPacket()
    else {
      used += LAYOUT.payloadHeader + LAYOUT.payloadLength + replicated + length
      payloads += 1
    }
  }
  return {
    next: (size, whole) => {
      const units: number[] = []
      for (let left = size; left > 0; ) {
        if (payloads === LAYOUT.mostPayloads) nextPacket()
        const length = cutLength({ packetSize, used, payloads, replicated }, left, !whole || size > largest)
        if (length === 0) nextPacket()
        else {
          take(length)
          units.push(length)
          left -= length
        }
      }
      return { clear: new Uint8Array(units.length), protected: units, first: 0, count: units.length }
    },
  }
}
