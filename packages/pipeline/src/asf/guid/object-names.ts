import type { GuidText } from './guid-text'
import { EXTENSION_CHILD, HEADER_CHILD } from './header-guids'
import { TOP_LEVEL } from './top-level-guids'

const NAMES: ReadonlyMap<GuidText, string> = new Map(
  Object.entries({ ...TOP_LEVEL, ...HEADER_CHILD, ...EXTENSION_CHILD }).map(([name, guid]) => [guid, worded(name)])
)

/** `StreamProperties` as `Stream Properties`. */
function worded(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
}

/** The name of an object as the specification has it, or its GUID. */
export const objectName = (guid: GuidText): string => NAMES.get(guid) ?? guid
