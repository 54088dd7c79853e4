import fc from 'fast-check'

import { isXmlText, writeXml } from './xml-writer'

describe('XML', () => {
  it('escapes what would be read as something else', () => {
    const text = writeXml({ name: 'a', attributes: { b: '<&>"\'\t\n\r' }, children: ['<&>"\'\t\n\r]]>'] })
    expect(text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<a b="&lt;&amp;&gt;&quot;\'&#9;&#10;&#13;">&lt;&amp;&gt;&quot;\'&#9;&#10;&#13;]]&gt;</a>\n'
    )
  })

  it('adds no white space to an element that holds text', () => {
    expect(writeXml({ name: 'a', children: ['x', { name: 'b' }, 'y'] })).toContain('<a>x<b/>y</a>')
  })

  // XML 1.0, production 2: #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]
  it.each([
    [0x00, false],
    [0x08, false],
    [0x09, true],
    [0x0a, true],
    [0x0b, false],
    [0x0d, true],
    [0x1f, false],
    [0x20, true],
    [0x7f, true],
    [0xd7ff, true],
    [0xe000, true],
    [0xfffd, true],
    [0xfffe, false],
    [0xffff, false],
    [0x1_0000, true],
    [0x10_ffff, true],
  ])('character %i: allowed is %s', (code, allowed) => {
    const text = String.fromCodePoint(code)
    expect(isXmlText(text)).toBe(allowed)
    const write = (): string => writeXml({ name: 'a', attributes: { b: text }, children: [text] })
    if (allowed) expect(write()).toContain('<a')
    else expect(write).toThrow(RangeError)
  })

  it('refuses halves of a surrogate pair', () => {
    expect(isXmlText('\ud800')).toBe(false)
    expect(isXmlText('\udc00')).toBe(false)
    expect(isXmlText('\udc00\ud800')).toBe(false)
    expect(isXmlText('\ud83d\ude00')).toBe(true)
  })

  it('writes any text so that nothing of it is markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (!isXmlText(text)) return
        const [, inner] = /<a>([^]*)<\/a>/.exec(writeXml({ name: 'a', children: [text] })) ?? []
        const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#9': '\t', '#10': '\n', '#13': '\r' }
        expect(inner).not.toMatch(/[<>"\t\n\r]/)
        expect((inner ?? '').replace(/&([^;]*);/g, (_, name: string) => entities[name] ?? '?')).toBe(text)
      })
    )
  })

  it.each(['', '1a', 'a b', 'a:b:c', ':a', 'a:', 'ä', 'a>', 'p:a'])('refuses the name "%s"', (name) => {
    expect(() => writeXml({ name })).toThrow(RangeError)
    expect(() => writeXml({ name: 'a', attributes: { [name]: '' } })).toThrow(RangeError)
  })
})
