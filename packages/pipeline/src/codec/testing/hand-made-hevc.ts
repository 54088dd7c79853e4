import { createBitWriter, nalFromBits, type BitWriter } from './bit-writer'

const writeProfile = (w: BitWriter, level: number): void => {
  w.u(8, 1)
  w.u(32, 0x6000_0000)
  w.u(32, 0)
  w.u(16, 0)
  w.u(8, level)
}

const writeOrdering = (w: BitWriter): void => {
  w.flag(true)
  w.ue(4)
  w.ue(2)
  w.ue(0)
}

/** Video, sequence and picture parameter set, all of id 0, for pictures of 64×64 in 16 blocks; order has four low bits. */
export const handMadeHevc = ({ level = 93 } = {}): ReadonlyArray<Uint8Array> => {
  const [vps, sps, pps] = [createBitWriter(), createBitWriter(), createBitWriter()]
  vps.u(16, 0x4001)
  vps.u(16, 0x0c01)
  vps.u(16, 0xffff)
  writeProfile(vps, level)
  writeOrdering(vps)
  vps.u(6, 0)
  vps.ue(0)
  vps.u(2, 0)
  sps.u(16, 0x4201)
  sps.u(8, 1)
  writeProfile(sps, level)
  sps.ue(0)
  sps.ue(1)
  for (const side of [64, 64]) sps.ue(side)
  sps.flag(false)
  for (const value of [0, 0, 0]) sps.ue(value) // eight bits, low bits of the order
  writeOrdering(sps)
  for (const value of [0, 1, 0, 2, 0, 0]) sps.ue(value) // blocks of 8 to 16
  sps.u(4, 0)
  sps.ue(0)
  sps.u(5, 0)
  pps.u(16, 0x4401)
  pps.ue(0)
  pps.ue(0)
  pps.u(7, 0)
  pps.ue(0)
  pps.ue(0)
  pps.se(0)
  pps.u(3, 0)
  pps.se(0)
  pps.se(0)
  pps.u(10, 0)
  pps.ue(0)
  pps.u(2, 0)
  return [vps, sps, pps].map((writer) => nalFromBits(writer.text()))
}

/** An intra slice segment of those sets, with 40 bytes of data. */
export const segmentOf = ({ type, order, address = 0 }: { type: number; order: number; address?: number }): Uint8Array => {
  const w = createBitWriter()
  w.u(7, type)
  w.u(9, 1)
  w.flag(address === 0)
  if (type >= 16) w.flag(false)
  w.ue(0)
  if (address > 0) w.u(4, address)
  w.ue(2)
  if (type !== 19 && type !== 20) {
    w.u(4, order)
    w.flag(false)
    w.ue(0)
    w.ue(0)
  }
  w.se(0)
  w.u(1, 1)
  while (w.length() % 8 !== 0) w.u(1, 0)
  for (let byte = 0; byte < 40; byte += 1) w.u(8, 0xa5)
  return nalFromBits(w.text())
}
