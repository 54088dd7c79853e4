import { channelConfiguration } from './channel-configuration'
import type { PresentationTrack } from './presentation'
import { twoTracks } from './testing/two-tracks'

const of = (codecs: string, channels: number, channelMap?: number): unknown => {
  const [, track] = twoTracks.tracks
  const audio = { channels, sampleRate: 48_000, ...(channelMap === undefined ? {} : { channelMap }) }
  const [element] = channelConfiguration({ ...(track as PresentationTrack), codecs, audio })
  return element?.attributes
}

const MPEG = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011'
const CICP = 'urn:mpeg:mpegB:cicp:ChannelConfiguration'
const DOLBY = 'tag:dolby.com,2014:dash:audio_channel_configuration:2011'

describe('the channels in an MPD', () => {
  // ISO/IEC 23091-3, Table 8: 1 1/0, 2 2/0, 6 3/2.1, 10 2/2, 11 3/3.1, 12 3/2/2.1; 8 is no 7.1 but two single channels.
  it.each([
    ['mp4a.40.2', 1, MPEG, '1'],
    ['mp4a.40.2', 4, MPEG, '4'],
    ['mp4a.40.2', 6, MPEG, '6'],
    ['mp4a.40.2', 7, CICP, '11'],
    ['mp4a.6B', 2, MPEG, '2'],
    ['Opus', 4, CICP, '10'],
    ['Opus', 8, CICP, '12'],
    ['fLaC', 7, CICP, '11'],
    ['wma', 6, MPEG, '6'],
  ])('of %s with %d', (codecs, channels, schemeIdUri, value) => {
    expect(of(codecs, channels)).toEqual({ schemeIdUri, value })
  })

  // ETSI TS 102 366, E.1.3.1.8
  it.each([
    ['ac-3', 6, 0xf801, 'F801'],
    ['ac-3', 1, 0x4000, '4000'],
    ['ec-3', 8, 0xfa01, 'FA01'],
    ['ec-3', 2, undefined, 'A000'],
    ['ac-3', 6, undefined, 'F801'],
  ])('of %s with %d are a channel map', (codecs, channels, map, value) => {
    expect(of(codecs, channels, map)).toEqual({ schemeIdUri: DOLBY, value })
  })

  it.each([
    ['mp4a.40.2', 8],
    ['mp4a.40.2', 0],
    ['ac-3', 4],
    ['wma', 4],
    ['Opus', 9],
  ])('of %s with %d are not told: they may be several layouts, or none', (codecs, channels) => {
    expect(of(codecs, channels)).toBeUndefined()
  })
})
