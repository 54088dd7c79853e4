import type { Field } from '../bytes/fields'
import { guid, record, textOfUnits, times, u16, u32 } from '../bytes/fields'

/** Something that a player is to do at a time, as in `URL`, `FILENAME` or `TEXT`. */
export interface ScriptCommand {
  /** Milliseconds, preroll included. */
  readonly time: number
  readonly type: string
  readonly text: string
}

const FRONT = record({ reserved: guid, commands: u16, types: u16 })
const COMMAND = record({ time: u32, type: u16, text: textOfUnits(u16) })

/** The names of the types stand once, in front of the commands. @source Advanced Systems Format Specification, 3.6 */
export const SCRIPT_COMMANDS: Field<ReadonlyArray<ScriptCommand>> = (cursor) => {
  const counts = FRONT(cursor)
  const types = times(counts.types, textOfUnits(u16))(cursor)
  return times(counts.commands, COMMAND)(cursor).map((command) => ({ ...command, type: types[command.type] ?? '' }))
}
