import * as E from 'fp-ts/Either'

import type { PipelineFault, UnsupportedMedia } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import type { MediaDescription } from '../../media/media-description'
import { initialInspectState, withMovie } from './inspect-state'
import { mediaReport } from './media-report'
import { readMovie, type Movie } from './movie'
import { sourceWalk } from './source-walk'
import { nextTopBox, readHeaderTree } from './top-box'

/** The header of a file that is read before its samples. */
export interface LeadingMovie {
  readonly movie: Movie
  /** Bytes of the file up to the end of its box. */
  readonly end: number
  /** The body of its box where media bytes came first, past which the source was asked by place. */
  readonly behind?: Uint8Array
}

/**
 * Reads up to the end of the movie header, and may have read on a little further from the source.
 *
 * @errors `MalformedMedia`, `TruncatedMedia`; `UnsupportedMedia` for media bytes in front of the header where the source can only be
 * read in order; those of the source.
 */
export const readLeadingMovie = async (source: ByteSource): Promise<E.Either<PipelineFault, LeadingMovie>> => {
  const walk = sourceWalk(source)
  let isBehind = false
  for (;;) {
    const top = await nextTopBox(walk)
    if (E.isLeft(top)) return top
    if (top.right === 'end' || top.right === 'cut') {
      return E.left({ type: 'TruncatedMedia', format: 'mp4', at: walk.at(), expected: 'a moov box' })
    }
    const { type, at, size, headerBytes } = top.right
    if (type === 'mdat') {
      if (walk.jump === undefined || size === undefined) return E.left(mediaFirst(at))
      isBehind = true
      walk.jump(at + size)
      continue
    }
    if (type === 'moov') {
      const header = await readHeaderTree(walk, top.right)
      if (E.isLeft(header)) return header
      const { tree, body } = header.right
      if (tree.cut) return E.left({ type: 'TruncatedMedia', format: 'mp4', at: walk.at(), expected: 'a whole moov box' })
      const movie = readMovie({ type, at, bodyAt: at + headerBytes, body, children: tree.boxes }, false)
      return E.isLeft(movie) ? movie : E.right({ movie: movie.right, end: walk.at(), ...(isBehind && { behind: body }) })
    }
    const skipped = await walk.skip(size === undefined ? undefined : size - headerBytes)
    if (E.isLeft(skipped)) return skipped
  }
}

/** What a source cannot give that is read in order. */
export const mediaFirst = (at: number): UnsupportedMedia => ({
  type: 'UnsupportedMedia',
  at,
  what: 'media bytes before the header that lists their samples',
})

/** What a movie header says by itself: bit rates and durations of fragments that come later are not in it. */
export const describeMovie = (movie: Movie): MediaDescription => mediaReport(withMovie(initialInspectState(), movie)).description
