import * as E from 'fp-ts/Either'

import { systemIdFromText } from './system-id'

describe('system id', () => {
  const wanted = E.right('9a04f079-9840-4286-ab92-e65be0885f95')

  it.each([
    '9a04f079-9840-4286-ab92-e65be0885f95',
    '9A04F079-9840-4286-AB92-E65BE0885F95',
    '{9A04F079-9840-4286-AB92-E65BE0885F95}',
  ])('reads %s', (text) => {
    expect(systemIdFromText(text)).toEqual(wanted)
  })

  it.each(['', '{}', '9a04f07998404286ab92e65be0885f95', '{9a04f079-9840-4286-ab92-e65be0885f95'])('refuses %j', (text) => {
    expect(systemIdFromText(text)).toMatchObject({ _tag: 'Left', left: { type: 'BadInput' } })
  })
})
