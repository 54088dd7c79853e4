import { languageCode, packLanguage, unpackLanguage } from './language-code'

describe('languages', () => {
  it('agrees with the Unicode language data for every two letters', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz']
    const tags = letters.flatMap((first) => letters.map((second) => first + second))
    const known = tags.filter((tag) => languageCode(tag) !== 'und')
    // Deprecated in CLDR, but languages of ISO 639-1: Tagalog is read as Filipino, Twi as Akan.
    const renamed: Readonly<Record<string, string>> = { tgl: 'fil', twi: 'ak' }
    expect(known.length).toBeGreaterThanOrEqual(183)
    for (const tag of known) {
      const code = languageCode(tag)
      expect(Intl.getCanonicalLocales(code)).toEqual([renamed[code] ?? tag])
    }
  })

  it.each([
    ['en', 'eng'],
    ['de', 'deu'],
    ['pt-BR', 'por'],
    ['EN-us', 'eng'],
    ['deu', 'deu'],
    ['x-klingon', 'und'],
    ['', 'und'],
    [undefined, 'und'],
  ])('%s becomes %s', (tag, code) => {
    expect(languageCode(tag)).toBe(code)
  })

  it('packs letters as five bits each', () => {
    // The value that ISO/IEC 14496-12 readers know for `und`.
    expect(packLanguage('und')).toBe(0x55c4)
    expect(unpackLanguage(packLanguage('eng'))).toBe('eng')
    expect(unpackLanguage(0x55c4)).toBeUndefined()
    expect(unpackLanguage(0)).toBeUndefined()
  })
})
