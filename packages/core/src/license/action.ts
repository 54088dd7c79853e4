import * as t from 'io-ts'

/**
 * What a license can allow. The three older copy rights are no members: new licenses state `Copy` (LI-4).
 *
 * @source Windows Media Format 11 SDK, "DRM rights"
 */
export const Action = t.union(
  [
    t.literal('Play'),
    t.literal('Copy'),
    t.literal('PlaylistBurn'),
    t.literal('CreateThumbnailImage'),
    t.literal('CollaborativePlay'),
    t.literal('Backup'),
  ],
  'Action'
)
export type Action = t.TypeOf<typeof Action>
