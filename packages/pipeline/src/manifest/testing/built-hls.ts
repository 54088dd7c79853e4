import * as E from 'fp-ts/Either'

import { buildHls, type HlsPlaylists } from '../build-hls'
import type { Presentation } from '../presentation'

/** The playlists of a presentation that has them. */
export const builtHls = (presentation: Presentation): HlsPlaylists => {
  const built = buildHls(presentation)
  if (E.isLeft(built)) throw new Error(JSON.stringify(built.left))
  return built.right
}
