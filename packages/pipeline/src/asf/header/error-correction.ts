import { blob, guid, record, u32 } from '../bytes/fields'

/** How packets are guarded against loss. @source Advanced Systems Format Specification, 3.9 */
export const ERROR_CORRECTION_OBJECT = record({ type: guid, data: blob(u32) })
