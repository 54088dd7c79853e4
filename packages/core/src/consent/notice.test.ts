import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { noticeDigest, noticeFor, PRIVACY_STATEMENT, type ConsentKind, type Notice } from './notice'

const ROOT = join(__dirname, '..', '..', '..', '..')
const KINDS: ReadonlyArray<ConsentKind> = ['individualize', 'restore', 'renew']

/** What the table of section 12 asks each notice to say, in words that any wording of it has. */
const DUTIES: Readonly<Record<ConsentKind, ReadonlyArray<RegExp>>> = {
  individualize: [
    /owner of some content requires/,
    /replaced by one for this computer/,
    /random identifier/,
    /opened here/,
    /stays closed/,
  ],
  restore: [
    /management service/,
    /license store/,
    /sent to the license management service/,
    /can be used/,
    /nothing is restored/,
    /asked for on its own/,
  ],
  renew: [/compromised/, /browser/, /identifier of the revoked component is sent/, /can be used again/, /stays closed/],
}

const said = ({ title, paragraphs }: Notice): string => [title, ...paragraphs].join('\n')

describe('notices', () => {
  it.each(KINDS)('IN-12, BR-34, RV-12: that for %s says all that section 12 asks for', (kind) => {
    const notice = noticeFor(kind, 'https://service.example')
    for (const duty of DUTIES[kind]) expect(said(notice)).toMatch(duty)
    expect(said(notice)).toContain('https://service.example')
    expect(notice.accept).not.toBe(notice.decline)
  })

  it.each(KINDS)('IN-14, BR-34: that for %s links to the privacy statement, which is there', (kind) => {
    expect(noticeFor(kind, 'a service').privacy).toBe(PRIVACY_STATEMENT)
    const statement = readFileSync(join(ROOT, PRIVACY_STATEMENT), 'utf8')
    expect(statement).toContain('ConsentRecorded')
    for (const command of ['custody individualize', 'custody restore', 'custody revocation refresh']) expect(statement).toContain(command)
    // RV-14: that lists are stored on the user's computer.
    expect(statement).toMatch(/stored on this\s+computer/)
  })

  it('IN-17, R22: says that no hardware number is sent', () => {
    expect(said(noticeFor('individualize', 'a service'))).toMatch(/No hardware number/)
  })

  it('goes by a digest of all that it says', () => {
    const notice = noticeFor('restore', 'one')
    expect(noticeDigest(noticeFor('restore', 'one'))).toBe(noticeDigest(notice))
    expect(noticeDigest(noticeFor('restore', 'another'))).not.toBe(noticeDigest(notice))
    expect(noticeDigest({ ...notice, decline: 'No' })).not.toBe(noticeDigest(notice))
  })
})
