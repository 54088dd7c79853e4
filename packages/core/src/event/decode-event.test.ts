import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { decodeEvent } from './decode-event'
import { defineEvent, newEvent, upcast } from './define-event'
import type { StoredEvent } from './stored-event'

const Stored = defineEvent({ type: 'TitleStored', schemaVersion: 1, data: t.type({ title: t.string }) })

/** Three shapes: a name; a first name; a list of names. */
const Named = defineEvent({
  type: 'PersonNamed',
  schemaVersion: 3,
  data: t.type({ names: t.array(t.string) }, 'PersonNamed data'),
  upcasters: {
    1: upcast(t.type({ name: t.string }), ({ name }) => ({ first: name })),
    2: upcast(t.type({ first: t.string }, 'second shape'), ({ first }) => ({ names: [first] })),
  },
})

const stored = (type: string, schemaVersion: number, data: unknown): StoredEvent => ({
  ...{ id: 'i', stream: 's', revision: 1, position: 7, type, schemaVersion, time: 0 },
  ...{ causation: null, correlation: null, data, previousHash: 'p', hash: 'h' },
})

const decode = decodeEvent([Stored, Named])

describe('decodeEvent', () => {
  it('reads the present shape and keeps the place in the log', () => {
    const event = stored('TitleStored', 1, { title: 'x' })
    expect(decode(event)).toEqual(E.right(event))
  })

  it('tells the kinds apart by type', () => {
    const names = [stored('PersonNamed', 3, { names: ['a'] }), stored('TitleStored', 1, { title: 'b' })].map((event) => {
      const decoded = decode(event)
      if (E.isLeft(decoded)) return decoded.left.why
      switch (decoded.right.type) {
        case 'PersonNamed':
          return decoded.right.data.names[0]
        case 'TitleStored':
          return decoded.right.data.title
      }
    })
    expect(names).toEqual(['a', 'b'])
  })

  it.each([
    [1, { name: 'a' }],
    [2, { first: 'a' }],
    [3, { names: ['a'] }],
  ])('brings version %i to the present shape, the hash staying what it was', (version, data) => {
    const expected = { schemaVersion: 3, data: { names: ['a'] }, hash: 'h' }
    expect(decode(stored('PersonNamed', version, data))).toMatchObject(E.right(expected))
  })

  it.each([
    ['an unknown type', stored('Other', 1, {}), 'unknown type'],
    ['a newer version', stored('PersonNamed', 4, { names: [] }), 'version 4 is newer than 3'],
    ['version 0', stored('PersonNamed', 0, {}), 'no upcaster from version 0'],
    ['a broken shape', stored('PersonNamed', 3, { names: [1] }), '/names/0: expected string, found 1'],
    ['a broken old shape', stored('PersonNamed', 1, { name: 1 }), '/name: expected string, found 1'],
  ])('refuses %s and names the position', (_, event, why) => {
    expect(decode(event)).toEqual(E.left({ type: 'EventUnreadable', position: 7, eventType: event.type, why }))
  })
})

describe('defineEvent', () => {
  it('refuses a version without its whole chain of upcasters', () => {
    const data = t.type({})
    expect(() => defineEvent({ type: 'X', schemaVersion: 3, data, upcasters: { 2: E.right } })).toThrow('version 1')
    expect(() => defineEvent({ type: 'X', schemaVersion: 0, data })).toThrow('start at 1')
  })

  it('makes events of the present version with the codec\'s encoding', () => {
    expect(newEvent(Named, { names: ['a'] })).toEqual({
      type: 'PersonNamed',
      schemaVersion: 3,
      data: { names: ['a'] },
    })
  })
})
