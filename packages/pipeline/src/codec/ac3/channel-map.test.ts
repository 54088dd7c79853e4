import { putBits } from '../bits/put-bits'
import { ac3ChannelMap, eac3ChannelMap } from './channel-map'

/** 48 kHz, bsid 8, main service. @source ETSI TS 102 366, F.4 */
const dac3 = (acmod: number, lfeon: number): Uint8Array => putBits([0, 2], [8, 5], [0, 3], [acmod, 3], [lfeon, 1], [10, 5], [0, 5])

/** One program. @source ETSI TS 102 366, F.6 */
const dec3 = (acmod: number, lfeon: number, dependents: ReadonlyArray<readonly [number, number]>): Uint8Array =>
  putBits([384, 13], [0, 3], [0, 2], [16, 5], [0, 2], [0, 3], [acmod, 3], [lfeon, 1], [0, 3], ...dependents)

describe('the channels of AC-3 and Enhanced AC-3 as a chanmap (ETSI TS 102 366, E.1.3.1.8)', () => {
  // Bits from the highest: L 8000, C 4000, R 2000, Ls 1000, Rs 0800, Lc/Rc 0400, Lrs/Rrs 0200, Cs 0100, LFE2 0002, LFE 0001.
  it.each([
    ['1+1', 0, 0, 0xa000],
    ['1/0', 1, 0, 0x4000],
    ['2/0', 2, 0, 0xa000],
    ['3/0', 3, 0, 0xe000],
    ['2/1', 4, 0, 0xa100],
    ['3/1', 5, 0, 0xe100],
    ['2/2', 6, 0, 0xb800],
    ['3/2', 7, 0, 0xf800],
    ['3/2.1', 7, 1, 0xf801],
  ])('%s', (_, acmod, lfeon, map) => {
    expect(ac3ChannelMap(dac3(acmod, lfeon))).toBe(map)
    expect(eac3ChannelMap(dec3(acmod, lfeon, [[0, 4], [0, 1]]))).toBe(map)
  })

  it('counts what depends on the program: a pair behind, a pair in front, a second low-frequency channel', () => {
    expect(eac3ChannelMap(dec3(7, 1, [[1, 4], [0b0_1000_0000, 9]]))).toBe(0xfa01)
    expect(eac3ChannelMap(dec3(7, 1, [[1, 4], [0b1_0000_0000, 9]]))).toBe(0xfc01)
    expect(eac3ChannelMap(dec3(7, 1, [[1, 4], [0b0_0000_0001, 9]]))).toBe(0xf803)
  })

  it('tells nothing of what is cut', () => {
    expect(ac3ChannelMap(new Uint8Array(1))).toBeUndefined()
    expect(eac3ChannelMap(dec3(7, 1, [[1, 4]]).subarray(0, 4))).toBeUndefined()
  })
})
