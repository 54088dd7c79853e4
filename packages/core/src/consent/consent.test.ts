import type { Home } from '../home/home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { consentGiven, ConsentStatement, recordConsent, type Answer } from './consent'
import { noticeDigest, noticeFor } from './notice'

const YES: Answer = { answer: 'given', by: 'prompt' }
const NO: Answer = { answer: 'declined', by: 'prompt' }

describe('recorded consent', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const recorded = (answer: Answer) => succeed(recordConsent(home)('operation', noticeFor('restore', 'a service'), answer))

  it('IN-12, BR-34: is a statement of operation, wording, time and answer, without how it was given', async () => {
    const statement = await succeed(consentGiven(home)(await recorded(YES), 'restore'))
    expect(ConsentStatement.is(statement)).toBe(true)
    const textSha256 = noticeDigest(noticeFor('restore', 'a service'))
    expect(statement).toMatchObject({ operation: 'operation', kind: 'restore', text: '1', textSha256, answer: 'given' })
    expect(statement).not.toHaveProperty('by')
  })

  it('is none where a person declined', async () => {
    expect(await fail(consentGiven(home)(await recorded(NO), 'restore'))).toEqual({ type: 'ConsentDeclined', kind: 'restore' })
  })

  it('BR-35: to a restore is none to an individualization', async () => {
    expect(await fail(consentGiven(home)(await recorded(YES), 'individualize'))).toEqual({ type: 'ConsentMissing', kind: 'individualize' })
  })

  it('is missing where the log has no such answer, or something else under that id', async () => {
    const [first] = await new Promise<ReadonlyArray<{ readonly id: string }>>((resolve, reject) => {
      const events: Array<{ readonly id: string }> = []
      home.store.readAll().subscribe({ next: (event) => events.push(event), complete: () => resolve(events), error: reject })
    })
    for (const id of ['01890a5d-ac96-774b-bcce-b302099a8057', first?.id ?? '']) {
      expect(await fail(consentGiven(home)(id, 'restore'))).toEqual({ type: 'ConsentMissing', kind: 'restore' })
    }
  })
})
