import fc from 'fast-check'

import { printable, printableJson } from './printable'

describe('texts of a stranger', () => {
  it('show what a terminal would obey', () => {
    expect(printable('https://x.test/\u001b[2J\u0007')).toBe('https://x.test/\\u001b[2J\\u0007')
    // The control of one character that begins a sequence, and the mark that turns the line around.
    expect(printable('a\u009b31m\u202egnp.exe\r\n')).toBe('a\\u009b31m\\u202egnp.exe\\u000d\\u000a')
  })

  it('stay as they are in every language', () => {
    for (const text of ['Čtvrtek 木曜日 👩‍👩‍👧', 'عربى', 'https://x.test/?a=1&b=é']) expect(printable(text)).toBe(text)
  })

  it('mean the same in JSON, and hold nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = printableJson({ text })
        expect(JSON.parse(json)).toEqual({ text })
        expect(json).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      })
    )
  })
})
