import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { readXml, xmlEscaped } from './read-xml'
import { xmlMembers, xmlRoot, xmlText } from './xml-members'

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth)
const many = (count: number): string => `<a>${'<b/>'.repeat(count - 1)}</a>`

describe('readXml', () => {
  it('gives elements, attributes and text', () => {
    const read = readXml('<?xml version="1.0"?><!-- c --><a x="1"><b>t &amp; <![CDATA[<u>]]></b><c/></a>')
    expect(read).toEqual(
      E.right({
        name: 'a',
        attributes: new Map([['x', '1']]),
        text: '',
        children: [
          { name: 'b', attributes: new Map(), children: [], text: 't & <u>' },
          { name: 'c', attributes: new Map(), children: [], text: '' },
        ],
      })
    )
  })

  it.each([
    ['a document type', '<!DOCTYPE a><a/>', 'a document type'],
    ['entities of its own', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', 'a document type'],
    ['an outside entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'a document type'],
    ['an entity that nobody declared', '<a>&e;</a>', 'text that is not well-formed'],
    ['a processing instruction', '<?run this?><a/>', 'a processing instruction'],
    ['an open end', '<a><b></b>', 'text that is not well-formed'],
    ['two outermost elements', '<a/><b/>', 'text that is not well-formed'],
    ['an attribute twice', '<a x="1" x="2"/>', 'text that is not well-formed'],
    ['nothing', '', 'text that is not well-formed'],
    ['text alone', 'text', 'text that is not well-formed'],
    ['a zero character', '<a>\0</a>', 'text that is not well-formed'],
  ])('R16: refuses %s', (_, text, found) => {
    expect(readXml(text)).toEqual(E.left(expect.objectContaining({ type: 'BadInput', found })))
  })

  it('R16: refuses more depth and more elements than it says', () => {
    expect(E.isRight(readXml(nested(16)))).toBe(true)
    expect(readXml(nested(17))).toEqual(E.left(expect.objectContaining({ found: 'more than 16 elements in each other' })))
    expect(E.isRight(readXml(many(256)))).toBe(true)
    expect(readXml(many(257))).toEqual(E.left(expect.objectContaining({ found: 'more than 256 elements' })))
  })

  it('R16: answers on any text', () => {
    const pieces = fc.constantFrom('<', '>', '/', 'a', '"', '=', '&', ';', '<!DOCTYPE', '<![CDATA[', ']]>', '<?', '-->', '\0', ' ')
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.array(pieces, { maxLength: 60 }).map((list) => list.join('')))
    fc.assert(
      fc.property(texts, (text) => {
        const read = readXml(text)
        expect(E.isRight(read) || read.left.type === 'BadInput').toBe(true)
      }),
      { numRuns: runs(500) }
    )
  })

  it('reads what xmlEscaped wrote', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]*$/), (text) => {
        expect(readXml(`<a>${xmlEscaped(text)}</a>`)).toMatchObject(E.right({ text }))
      })
    )
  })
})

describe('xmlMembers', () => {
  const members = (text: string) => {
    const root = xmlRoot(text, 'a')
    return E.isLeft(root) ? root : xmlMembers(root.right, { required: ['b'], optional: ['c'], attributes: { x: '1' } })
  }
  const refused = (where: string): unknown => E.left(expect.objectContaining({ type: 'BadInput', where }))

  it.each([
    ['<a x="1"><b/></a>', undefined],
    ['<a x="1"> <c/> <b/> </a>', undefined],
    ['<z/>', 'XML'],
    ['<a x="1"/>', 'a/b'],
    ['<a x="1"><c/></a>', 'a/b'],
    ['<a x="1"><b/><b/></a>', 'a/b'],
    ['<a x="1"><b/><d/></a>', 'a/d'],
    ['<a x="1">text<b/></a>', 'a'],
    ['<a><b/></a>', 'a/@x'],
    ['<a x="2"><b/></a>', 'a/@x'],
    ['<a x="1" y="2"><b/></a>', 'a/@y'],
  ])('of %s: wrong at %s', (text, where) => {
    if (where === undefined) expect(members(text)).toEqual(E.right(expect.anything()))
    else expect(members(text)).toEqual(refused(where))
  })

  it.each([
    ['<a> text </a>', E.right('text')],
    ['<a></a>', refused('a')],
    ['<a> </a>', refused('a')],
    ['<a><b/></a>', refused('a')],
    ['<a x="1">text</a>', refused('a/@x')],
  ])('text of %s', (text, expected) => {
    const root = xmlRoot(text, 'a')
    expect(E.isRight(root) && xmlText(root.right)).toEqual(expected)
  })
})
