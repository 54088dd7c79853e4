import * as E from 'fp-ts/Either'

import { decodeEvent } from '../event/decode-event'
import type { StoredEvent } from '../event/stored-event'
import { ExportAuthorized, ExportRefused } from './export-event'

/** Records of version 1, as the first release wrote their data. */
const AUTHORIZED = `{"useId":"01890000-0000-7000-8000-000000000002","keyId":"${'ab'.repeat(16)}","system":"9a04f079-9840-4286-ab92-e65be0885f95","action":"Copy","issuer":"${'A'.repeat(43)}","lid":"01890000-0000-7000-8000-000000000001","source":"${'A'.repeat(43)}","targetKeyIds":["${'cd'.repeat(16)}"],"epoch":0}`
const REFUSED = `{"keyId":"${'ab'.repeat(16)}","system":"9a04f079-9840-4286-ab92-e65be0885f95","action":"Copy","source":"${'A'.repeat(43)}","refusals":[{"reason":"SystemNotIncluded","bits":1,"rule":"EX-5","text":"the license does not include the system","license":{"issuer":"${'A'.repeat(43)}","lid":"01890000-0000-7000-8000-000000000001"}}]}`

const recorded = (type: string, text: string): StoredEvent => ({
  id: '01890000-0000-7000-8000-000000000003',
  stream: 'export-01890000-0000-7000-8000-000000000002',
  revision: 1,
  position: 9,
  type,
  schemaVersion: 1,
  time: 0,
  causation: null,
  correlation: null,
  data: JSON.parse(text) as unknown,
  previousHash: '',
  hash: '',
})

describe('events of exports of version 1', () => {
  const decode = decodeEvent([ExportAuthorized, ExportRefused])

  it.each([
    ['ExportAuthorized', AUTHORIZED, { root: null, question: null }],
    ['ExportRefused', REFUSED, { question: null }],
  ])('%s keeps all that it said, and does not know its question', (type, text, added) => {
    const event = decode(recorded(type, text))
    expect(event).toMatchObject(E.right({ type, schemaVersion: 2, data: { ...(JSON.parse(text) as object), ...added } }))
  })

  it('refuses a version 1 that misses something', () => {
    expect(decode(recorded('ExportRefused', '{"keyId":"ab"}'))).toMatchObject({ left: { type: 'EventUnreadable' } })
  })
})
