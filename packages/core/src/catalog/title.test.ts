import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { checkTitle, titleFromMedia } from './title'

describe('a title', () => {
  it.each(['x', 'Träume 🎞️ auf Reisen', 'a'.repeat(256), '🎞'.repeat(256), 'عنوان'])('may be %s', (text) => {
    expect(checkTitle(text)).toEqual(E.right(text))
  })

  it.each([
    ['empty', '', '0 characters'],
    ['longer than 256 characters', 'a'.repeat(257), '257 characters'],
    ['of two lines', 'a\nb', 'one'],
    ['with an escape sequence of a terminal', '\u001b[2Jx', 'one'],
    ['with a C1 control', 'a\u009bb', 'one'],
    ['with a line separator', 'a\u2028b', 'one'],
    ['with half of a character', 'a\ud83d', 'one'],
  ])('is not %s', (_, text, found) => {
    expect(checkTitle(text)).toMatchObject({ left: { type: 'BadInput', where: 'title', found } })
  })

  it('is not shown in the fault that refuses it', () => {
    expect(JSON.stringify(checkTitle(`canary\n`))).not.toContain('canary')
  })
})

describe('the title of a media file', () => {
  it.each([
    ['Holiday', 'Holiday'],
    ['  Holiday\r\n2024\u0000\u0000', 'Holiday 2024'],
    ['\u0000', undefined],
    ['', undefined],
    ['a'.repeat(300), 'a'.repeat(256)],
    [`${'a'.repeat(255)} b`, 'a'.repeat(255)],
  ])('%j becomes %j', (text, title) => {
    expect(titleFromMedia(text)).toBe(title)
  })

  it('is always one that the catalog takes, or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const title = titleFromMedia(text)
        if (title !== undefined) expect(checkTitle(title)).toEqual(E.right(title))
      })
    )
  })
})
