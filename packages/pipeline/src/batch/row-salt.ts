import { IV_BYTES, type SampleColumns } from './sample-columns'

/** The salt of a row in a session. It stands in place of a vector, 8 bytes big-endian. */
export const saltOf = ({ iv }: SampleColumns, row: number): bigint =>
  new DataView(iv.buffer, iv.byteOffset).getBigUint64(row * IV_BYTES)

/** Puts a salt there. */
export const setSalt = ({ iv }: SampleColumns, row: number, salt: bigint): void => {
  iv.fill(0, row * IV_BYTES, (row + 1) * IV_BYTES)
  new DataView(iv.buffer, iv.byteOffset).setBigUint64(row * IV_BYTES, salt)
}
