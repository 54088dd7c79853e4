import fc from 'fast-check'

import { buildMpd } from './build-mpd'
import { fileReference } from './file-reference'
import { isHlsAttribute, quotable } from './hls-tag'
import { languageTag } from './language-tag'
import type { Presentation } from './presentation'
import { builtHls } from './testing/built-hls'
import { everyForm } from './testing/every-form'
import { brokenHlsRules } from './testing/hls-rules'
import { brokenMpdRules, readMpd } from './testing/mpd-rules'
import { readPlaylist, unquoted } from './testing/playlist'
import { isXmlText, writableXml } from './xml-writer'

/** Text of a file that wants out: any code units, and what would end a string, a line, an element. */
const hostile = fc
  .array(fc.oneof(fc.constantFrom('"', "'", '\n', '\r', '\0', '<', '>', '&', ']]>', '<!--', ',', '#EXT-X-ENDLIST\n', '\ud800', '\u2028', '\u0085', '%0a', '..', '/'), fc.string({ unit: 'binary' })))
  .map((parts) => parts.join(''))

const saying = (title: string, language: string, file: string): Presentation => {
  const form = everyForm('cenc')
  return { ...form, title, tracks: form.tracks.slice(2, 4).map((track, index) => ({ ...track, language, file: `${file}${index}` })) }
}

const FORBIDDEN = '\u0000'

describe('text of a hostile file', () => {
  it('comes back from an MPD as it was, or with what XML forbids replaced', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, language, file) => {
        const text = buildMpd(saying(title, language, file))
        expect(brokenMpdRules(text)).toEqual([])
        const [information] = readMpd(text).children
        const read = information?.children[0]?.text ?? ''
        if (isXmlText(title)) expect(read).toBe(title)
        else expect(read).toBe(writableXml(title))
      })
    )
  })

  it('comes back from playlists as a quoted value, on one line', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, language, file) => {
        const playlists = builtHls(saying(title, language, file))
        expect(brokenHlsRules(playlists)).toEqual([])
        const lines = readPlaylist(playlists.master)
        const [data] = lines.flatMap((line) => ('tag' in line && line.tag === 'EXT-X-SESSION-DATA' ? [line] : []))
        expect(unquoted(data?.attributes.get('VALUE'))).toBe(quotable(title))
        expect(lines).toHaveLength(readPlaylist(builtHls(saying('', '', 'a')).master).length)
      })
    )
  })

  it('is what it was where a playlist can hold it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (title) => {
        if (isHlsAttribute({ name: 'VALUE', value: title, quoted: true })) expect(quotable(title)).toBe(title)
      })
    )
    expect(quotable('a"b\r\nc\ud800')).toBe("a'b  c\ufffd")
    expect(writableXml(`a${FORBIDDEN}\ud800\uffffb\n`)).toBe('a\ufffd\ufffd\ufffdb\n')
  })

  it('leads to the file of that name, whatever it is', () => {
    fc.assert(
      fc.property(hostile, (file) => {
        const reference = fileReference(file)
        expect(reference).toMatch(/^[A-Za-z0-9._~!'()*%/-]*$/)
        expect(decodeURIComponent(reference)).toBe(file.replace(/\p{Surrogate}/gu, '\ufffd'))
      })
    )
  })

  it('is a language only where it is a tag', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(languageTag(text) ?? 'none').toMatch(/^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/)
      })
    )
  })
})

// RFC 5646: 2.1.1 letter case, 2.2.1 the shortest code, 2.2.4 regions.
it.each([
  ['de', 'de'],
  ['deu', 'de'],
  ['EN-us', 'en-US'],
  ['zh-hant-tw', 'zh-Hant-TW'],
  ['es-419', 'es-419'],
  ['gsw', 'gsw'],
  ['und', undefined],
  ['', undefined],
  ['en_US', undefined],
  ['en"', undefined],
  ['en\n', undefined],
  ['x', undefined],
  [undefined, undefined],
])('the language %j is written as %j', (text, tag) => {
  expect(languageTag(text)).toBe(tag)
})
