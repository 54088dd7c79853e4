import type { WarningLog } from '../../media/warning-log'
import { fieldCursor } from '../bytes/fields'
import type { Field } from '../bytes/fields'
import { bodyOf, OBJECT_FRAME } from './asf-object'
import type { AsfObject } from './asf-object'

/** Reads the fields of an object as far as they go; says at which byte of the file it is too short for what it counts. */
export const readFieldsOf = <A>(object: AsfObject, name: string, fields: Field<A>, warnings: WarningLog): A => {
  const cursor = fieldCursor(bodyOf(object))
  const value = fields(cursor)
  const at = object.at + OBJECT_FRAME + cursor.at
  if (cursor.short) warnings.add(at, `${name} ends within its fields`)
  if (cursor.tooMany) warnings.add(at, `${name} counts more items than are read`)
  return value
}
