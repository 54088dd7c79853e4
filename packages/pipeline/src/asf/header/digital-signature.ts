import { blob, record, u32 } from '../bytes/fields'

/** A signature over the header; which bytes it covers is not published. @source Advanced Systems Format Specification, 3.16 */
export const DIGITAL_SIGNATURE = record({ type: u32, data: blob(u32) })
