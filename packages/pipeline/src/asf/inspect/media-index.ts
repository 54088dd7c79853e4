import type { MediaIndex } from '../../media/media-details'
import type { WarningLog } from '../../media/warning-log'
import { objectName } from '../guid/object-names'
import { TOP_LEVEL } from '../guid/top-level-guids'
import type { AsfObject } from '../header/asf-object'
import { readBlockIndex } from '../seek/block-index'
import { readSimpleIndex } from '../seek/simple-index'

/** What an index object holds, in short. */
export const mediaIndex = (object: AsfObject, warnings: WarningLog): MediaIndex => {
  const kind = objectName(object.guid)
  const index = object.guid === TOP_LEVEL.SimpleIndex ? undefined : readBlockIndex(object, kind, warnings)
  if (index === undefined) return { kind, at: object.at, entries: readSimpleIndex(object, warnings).count, tracks: [] }
  const tracks = [...new Set(index.specifiers.map(({ stream }) => stream))]
  return { kind, at: object.at, entries: index.count, tracks }
}
