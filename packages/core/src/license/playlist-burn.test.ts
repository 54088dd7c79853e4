import type { HeldLicense } from './held-license'
import { judgePlaylistBurn, type BurnTrack } from './playlist-burn'
import { heldLicense, TRUSTED } from './testing/held-license'

const lid = (digit: number): string => `01890000-0000-7000-8000-00000000000${digit}`
const burn = (digit: number, ...windows: ReadonlyArray<object>): HeldLicense =>
  heldLicense({ lid: lid(digit), rights: [{ action: 'PlaylistBurn', windows }] })
const track = (...licenses: ReadonlyArray<HeldLicense>): BurnTrack => ({ licenses })
const judged = (...tracks: ReadonlyArray<BurnTrack>) => judgePlaylistBurn(tracks, TRUSTED)
const none = heldLicense({ rights: [{ action: 'Play' }] })

describe('playlist burn', () => {
  it('LI-74: goes on when every track may be burned, and takes them in the list’s order', () => {
    const verdict = judged(track(burn(2)), track(burn(1, { count: 1 })))
    expect(verdict).toMatchObject({
      type: 'Allowed',
      checks: [{ type: 'burnable' }, { type: 'burnable' }],
      takes: [[{ lid: lid(2), window: null }], [{ lid: lid(1), window: 0 }]],
    })
  })

  it('LI-74: one error forbids the whole burn, and every track is checked all the same', () => {
    const verdict = judged(track(burn(1)), track(none), track(burn(2)), track())
    expect(verdict.type).toBe('Refused')
    expect(verdict).not.toHaveProperty('takes')
    expect(verdict.checks.map(({ type }) => type)).toEqual(['burnable', 'refused', 'burnable', 'refused'])
    expect(verdict.checks[1]).toMatchObject({ refusals: [{ reason: 'NoRight', license: { lid: lid(1) } }] })
  })

  it('LI-74: the count of a track holds over the whole list', () => {
    const twice = burn(1, { count: 2 })
    expect(judged(track(twice), track(twice)).type).toBe('Allowed')
    expect(judged(track(twice), track(twice), track(twice)).checks.map(({ type }) => type)).toEqual(['burnable', 'burnable', 'refused'])
    const next = burn(2, { count: 1 })
    expect(judged(track(twice, next), track(twice, next), track(twice, next))).toMatchObject({
      type: 'Allowed',
      takes: [[{ lid: lid(1) }], [{ lid: lid(1) }], [{ lid: lid(2) }]],
    })
  })

  it('LI-74, LI-58: so does that of a root which several tracks share', () => {
    const uplink = `${'C'.repeat(21)}A`
    const root = heldLicense({ lid: lid(9), keyId: uplink, chain: { role: 'root' }, rights: [{ action: 'PlaylistBurn', windows: [{ count: 1 }] }] })
    const leaf = (digit: number): HeldLicense => ({
      ...heldLicense({ lid: lid(digit), rights: [{ action: 'PlaylistBurn' }], chain: { role: 'leaf', uplink, key: 'x' } }),
      root,
    })
    expect(judged(track(leaf(1))).type).toBe('Allowed')
    expect(judged(track(leaf(1)), track(leaf(2))).type).toBe('Refused')
  })

  it('LI-74 (decision): a success with a limit lets the burn go on, and says what is left; at the limit it does not', () => {
    const limited = (burned: number): BurnTrack => ({ ...track(burn(1)), playlist: { limit: 3, burned } })
    expect(judged(limited(2), track(burn(2)))).toMatchObject({ type: 'Allowed', checks: [{ type: 'burnable-with-limit', left: 1 }, {}] })
    expect(judged(limited(3), track(burn(2)))).toMatchObject({ type: 'Refused', checks: [{ type: 'playlist-limit' }, {}] })
    expect(judged(limited(Number.NaN)).type).toBe('Refused')
  })

  it('LI-33: a burn is a use: levels that nobody compared forbid it', () => {
    const bound = heldLicense({ rights: [{ action: 'PlaylistBurn' }], play: { uncompressedAudio: 1 } })
    expect(judged(track(bound))).toMatchObject({ checks: [{ refusals: [{ rule: 'LI-33' }] }] })
  })
})
