import type { SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { LAYOUT, largestPayload, payloadRoom } from './packet-layout'

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
  const largest = largestPayload(packetSize, LAYOUT.replicated)
  let used: number = LAYOUT.multipleHeader
  let payloads = 0
  const nextPacket = (): void => {
    used = LAYOUT.multipleHeader
    payloads = 0
  }
  const take = (length: number): void => {
    used += LAYOUT.payloadHeader + LAYOUT.payloadLength + LAYOUT.replicated + length
    payloads += 1
  }
  const cut = (left: number, mayCut: boolean): number => {
    if (payloads === LAYOUT.mostPayloads) nextPacket()
    const room = payloadRoom(packetSize, used, LAYOUT.replicated)
    if (left <= room || (payloads > 0 && mayCut && room >= LAYOUT.smallestFragment)) {
      const length = Math.min(left, room)
      take(length)
      return length
    }
    nextPacket()
    if (left <= payloadRoom(packetSize, used, LAYOUT.replicated)) {
      take(left)
      return left
    }
    return Math.min(left, largest)
  }
  return {
    next: (size, whole) => {
      const units: number[] = []
      for (let left = size; left > 0; ) {
        const length = cut(left, !whole || size > largest)
        units.push(length)
        left -= length
      }
      return { clear: new Uint8Array(units.length), protected: units, first: 0, count: units.length }
    },
  }
}
