import { buildMpd } from './build-mpd'
import type { Presentation } from './presentation'
import { twoTracks } from './testing/two-tracks'
import type { XmlElement } from './xml-element'

const NAMESPACES =
  'xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:cenc="urn:mpeg:cenc:2013" xmlns:mspr="urn:microsoft:playready"'
const DEFAULT_KID = 'cenc:default_KID="00112233-4455-6677-8899-aabbccddeeff"'

describe('the MPD', () => {
  it('is what ISO/IEC 23009-1 asks of a static presentation by byte ranges', () => {
    expect(buildMpd(twoTracks)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<MPD ${NAMESPACES} profiles="urn:mpeg:dash:profile:isoff-main:2011" type="static" mediaPresentationDuration="PT5.5S" minBufferTime="PT2S">
  <Period id="0" start="PT0S">
    <AdaptationSet id="0" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
      <ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cbcs" ${DEFAULT_KID}/>
      <ContentProtection schemeIdUri="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed" value="Widevine">
        <cenc:pssh>AAAA</cenc:pssh>
      </ContentProtection>
      <ContentProtection schemeIdUri="urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95">
        <mspr:pro>BBBB</mspr:pro>
        <cenc:pssh>CCCC</cenc:pssh>
      </ContentProtection>
      <Representation id="video-0" codecs="avc1.64001f" bandwidth="8000" width="640" height="360">
        <BaseURL>Film%20%26%20Ton.mp4</BaseURL>
        <SegmentList timescale="1000">
          <Initialization range="0-699"/>
          <SegmentTimeline>
            <S t="0" d="2000" r="1"/>
            <S d="1500"/>
          </SegmentTimeline>
          <SegmentURL mediaRange="700-2699"/>
          <SegmentURL mediaRange="2700-3699"/>
          <SegmentURL mediaRange="3700-3799"/>
        </SegmentList>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id="1" contentType="audio" mimeType="audio/mp4" lang="de" segmentAlignment="true" startWithSAP="1">
      <Representation id="audio-1" codecs="mp4a.40.2" bandwidth="128000" audioSamplingRate="48000">
        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
        <BaseURL>sound/a.mp4</BaseURL>
        <SegmentList timescale="48000">
          <Initialization range="0-599"/>
          <SegmentTimeline>
            <S t="0" d="96000"/>
            <S t="100000" d="96000"/>
          </SegmentTimeline>
          <SegmentURL mediaRange="600-1599"/>
          <SegmentURL mediaRange="1600-2599"/>
        </SegmentList>
      </Representation>
    </AdaptationSet>
  </Period>
</MPD>
`)
  })

  it('declares no prefix that nothing uses', () => {
    const clear = { ...twoTracks, tracks: twoTracks.tracks.slice(1) }
    expect(buildMpd(clear)).not.toContain('xmlns:')
  })

  const withDescriptor = (element: XmlElement): Presentation => ({
    ...twoTracks,
    tracks: twoTracks.tracks.map(({ protection, ...track }) =>
      protection === undefined
        ? track
        : { ...track, protection: { ...protection, dash: [{ schemeIdUri: 'urn:uuid:1', xml: [element] }] } }
    ),
  })

  it('leaves a prefix to the element that declares it itself', () => {
    const own = { name: 'x:data', attributes: { 'xmlns:x': 'urn:example' }, children: ['1'] }
    expect(buildMpd(withDescriptor(own))).toContain('<x:data xmlns:x="urn:example">1</x:data>')
    expect(() => buildMpd(withDescriptor({ name: 'x:data' }))).toThrow(RangeError)
  })

  it.each([
    ['a duration that is no number', { ...twoTracks, duration: Number.NaN }],
    ['an endless duration', { ...twoTracks, duration: Number.POSITIVE_INFINITY }],
    ['a negative duration', { ...twoTracks, duration: -1 }],
    [
      'an empty range',
      { ...twoTracks, tracks: twoTracks.tracks.map((track) => ({ ...track, init: { offset: 0, size: 0 } })) },
    ],
  ])('refuses %s', (_, presentation) => {
    expect(() => buildMpd(presentation)).toThrow(RangeError)
  })
})
