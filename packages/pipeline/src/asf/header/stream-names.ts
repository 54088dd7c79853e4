import { fieldCursor, record, textOfBytes, u16 } from '../bytes/fields'

/** What a stream is called in one language. */
export interface StreamName {
  /** Place in the Language List. */
  readonly languageIndex: number
  readonly name: string
}

/** Bound on the names of one stream, above the languages that a file has. */
const MOST_NAMES = 200

const NAME = record<StreamName>({ languageIndex: u16, name: textOfBytes(u16) })

/** The names inside Extended Stream Properties, whose reader checked that they fit. @source Advanced Systems Format Specification, 4.1 */
export const streamNames = (names: Uint8Array): ReadonlyArray<StreamName> => {
  const cursor = fieldCursor(names)
  const read: StreamName[] = []
  while (cursor.at < names.length && read.length < MOST_NAMES) read.push(NAME(cursor))
  return read
}
