import type { Field } from '../bytes/fields'
import { blob, listOf, record, textOfBytes, u16, u32 } from '../bytes/fields'
import { attributeValue, type AttributeValue } from './attribute-value'

/** Something that a file says of itself or of one of its streams. */
export interface Attribute {
  readonly name: string
  readonly value: AttributeValue
  /** 0 for the whole file. */
  readonly stream: number
  /** Place in the Language List; 0 where the object has none. */
  readonly languageIndex: number
}

/** Old writers state odd lengths for texts of two-byte units and write one byte more. */
const even: Field<number> = (cursor) => {
  const length = u16(cursor)
  return length + (length % 2)
}

const DESCRIPTOR = record({ name: textOfBytes(even), type: u16 })

const descriptor: Field<Attribute> = (cursor) => {
  const { name, type } = DESCRIPTOR(cursor)
  const value = blob(type === 0 ? even : u16)(cursor)
  return { name, value: attributeValue(type, value), stream: 0, languageIndex: 0 }
}

/** The attributes of the Extended Content Description. @source Advanced Systems Format Specification, 3.11 */
export const CONTENT_ATTRIBUTES: Field<ReadonlyArray<Attribute>> = listOf(u16, descriptor)

const METADATA_FRONT = record({ languageIndex: u16, stream: u16, nameLength: u16, type: u16, dataLength: u32 })

const metadata: Field<Attribute> = (cursor) => {
  const { languageIndex, stream, nameLength, type, dataLength } = METADATA_FRONT(cursor)
  const name = textOfBytes(() => nameLength)(cursor)
  const data = blob(() => dataLength)(cursor)
  return { name, value: attributeValue(type, data), stream, languageIndex }
}

/**
 * The attributes of the Metadata and the Metadata Library Object; in the first, the language is always 0.
 *
 * @source Advanced Systems Format Specification, 4.7 and 4.8
 */
export const METADATA_ATTRIBUTES: Field<ReadonlyArray<Attribute>> = listOf(u16, metadata)
