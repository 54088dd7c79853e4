import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { canonicalJson, isCanonical } from './canonical-json'

const numberOf = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE()

const whereRefused = (value: unknown): string | undefined => {
  const text = canonicalJson(value)
  return E.isLeft(text) ? text.left.where : undefined
}

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)])
  )
}

describe('canonicalJson', () => {
  it('RFC 8785, 3.2.2: the example', () => {
    const input = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`
    const literals = '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]'
    const output = literals + String.raw`,"string":"€$\u000f\nA'B\"\\\\\"/"}`
    expect(canonicalJson(JSON.parse(input))).toEqual(E.right(output))
  })

  it('RFC 8785, 3.2.3: members in order of UTF-16 code units', () => {
    const input = String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }`
    const text = canonicalJson(JSON.parse(input))
    expect(E.isRight(text) && Object.keys(JSON.parse(text.right) as object)).toHaveLength(7)
    expect(E.isRight(text) && [...text.right.matchAll(/"([^"]+)"[,}]/g)].map((match) => match[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
  })

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('RFC 8785, appendix B: the number %s is %s', (bits, text) => {
    expect(canonicalJson(numberOf(bits))).toEqual(E.right(text))
  })

  it.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])('RFC 8785, appendix B: refuses %s', (bits) => {
    expect(whereRefused([numberOf(bits)])).toBe('/0')
  })

  it.each([
    ['undefined', { a: [1, undefined] }, '/a/1'],
    ['a hole', { a: new Array(1) }, '/a/0'],
    ['a function', { a: () => 1 }, '/a'],
    ['a big integer', [1n], '/0'],
    ['a date', { a: new Date(0) }, '/a'],
    ['bytes', { a: new Uint8Array(2) }, '/a'],
    ['a map', new Map(), ''],
    ['a high surrogate alone', ['\ud800x'], '/0'],
    ['a low surrogate alone', ['x\udc00'], '/0'],
    ['surrogates in the wrong order', ['\udc00\ud800'], '/0'],
    ['a name with a lone surrogate', { '\ud800': 1 }, ''],
    ['a number that parsing made infinite', JSON.parse('{"a":1e400}'), '/a'],
    ['nesting without end', JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`), '/0'.repeat(65)],
  ])('refuses %s and names the place', (_, value, where) => expect(whereRefused(value)).toBe(where))

  it('keeps a member called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":1}}'))).toEqual(E.right('{"__proto__":{"a":1},"b":1}'))
  })

  it('says the same value, in the same text for every order of members and every spelling', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = canonicalJson(value)
        if (E.isLeft(text)) throw new Error(text.left.where)
        expect(JSON.parse(text.right)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(JSON.parse(text.right))).toEqual(text)
        expect(canonicalJson(shuffled(value))).toEqual(text)
        expect(canonicalJson(JSON.parse(JSON.stringify(value, undefined, 2)))).toEqual(text)
      })
    )
  })
})

describe('isCanonical', () => {
  const written = (text: string): boolean => {
    const canonical = canonicalJson(JSON.parse(text))
    return E.isRight(canonical) && canonical.right === text
  }
  const judged = (text: string): boolean => isCanonical(text, JSON.parse(text))

  it.each([
    '{"a":1,"b":{"c":[{"d":"é€"}]}}',
    '{"b":1,"a":2}',
    '{"a":[{"c":1,"b":2}]}',
    '{"10":1,"9":2}',
    '{"9":1,"10":2}',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":1e999}',
    '[1, 2]',
    '{"a":1,"a":2}',
    String.raw`["\u0061"]`,
    String.raw`["\ud800"]`,
    String.raw`["\udc00\ud800"]`,
    String.raw`["\ud83d\ude00"]`,
    String.raw`["C:\\udir"]`,
    String.raw`{"\ud800":1}`,
    '["😀"]',
    `${'['.repeat(64)}${']'.repeat(64)}`,
    `${'['.repeat(65)}${']'.repeat(65)}`,
    `${'['.repeat(66)}${']'.repeat(66)}`,
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  ])('says of %s what writing and comparing says', (text) => expect(judged(text)).toBe(written(text)))

  it('says so of any text', () => {
    const texts = fc.jsonValue({ maxDepth: 4 }).chain((value) => {
      const canonical = canonicalJson(value)
      const text = E.isRight(canonical) ? canonical.right : '0'
      return fc.constantFrom(text, JSON.stringify(value), JSON.stringify(shuffled(value)), JSON.stringify(value, undefined, 1))
    })
    fc.assert(fc.property(texts, (text) => expect(judged(text)).toBe(written(text))))
  })
})
