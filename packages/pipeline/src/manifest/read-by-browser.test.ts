import { chromium } from 'playwright-core'

import { chromiumPath, whenInstalled } from '../../../../test/gate/when-installed'
import { buildMpd } from './build-mpd'
import { twoTracks } from './testing/two-tracks'
import { writeXml } from './xml-writer'

const { it: itInBrowser } = whenInstalled('chromium')
const TIMEOUT = 60_000

/** Reads documents with the browser's own XML parser: all attributes with their namespaces, and all text. */
const parsed = async (documents: ReadonlyArray<string>): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    return await page.evaluate<ReadonlyArray<ReadonlyArray<string>>>(`(${JSON.stringify(documents)}).map((text) => {
      const read = new DOMParser().parseFromString(text, 'application/xml')
      return [...read.querySelectorAll('*')].flatMap((element) => [
        element.namespaceURI + ' ' + element.localName,
        ...[...element.attributes].map((a) => '@' + a.namespaceURI + ' ' + a.localName + '=' + a.value),
        ...(element.children.length === 0 ? ['#' + element.textContent] : []),
      ])
    })`)
  } finally {
    await browser.close()
  }
}

const DASH = 'urn:mpeg:dash:schema:mpd:2011'
const CENC = 'urn:mpeg:cenc:2013'

describe('XML, read by a browser', () => {
  itInBrowser(
    'comes back as it was written',
    async () => {
      const texts = ['', ' a ', '\t\n\r', '<![CDATA[&amp;]]>', '"\'', '\u0085\u2028', '\ud83d\ude00', '\u007f\ufffd']
      const documents = texts.map((text) => writeXml({ name: 'a', attributes: { b: text }, children: [text] }))
      const read = await parsed([...documents, buildMpd(twoTracks)])
      expect(read.slice(0, -1)).toEqual(texts.map((text) => ['null a', `@null b=${text}`, `#${text}`]))
      const mpd = read.at(-1) ?? []
      expect(mpd[0]).toBe(`${DASH} MPD`)
      expect(mpd).toEqual(
        expect.arrayContaining([
          `@${CENC} default_KID=00112233-4455-6677-8899-aabbccddeeff`,
          `${CENC} pssh`,
          '#AAAA',
          'urn:microsoft:playready pro',
          '#BBBB',
          `${DASH} SegmentURL`,
          '#Film%20%26%20Ton.mp4',
        ])
      )
    },
    TIMEOUT
  )
})
