import { acquireLicense, acquisitionUrl, challengePost, CHALLENGE_LIFE, monitorAcquisition, type AcquisitionMode } from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { ServiceResponse, ServiceTransport } from '@custody/core/exchange'
import type { Home } from '@custody/core/home'
import type { KeyId } from '@custody/core/identity'
import { queryLicense } from '@custody/core/vault'
import * as E from 'fp-ts/Either'

import { succeed } from '../authority/testing/temporary-authority'
import { eventsOf, licenseScene, newKeyId, type LicenseScene, type Way } from './testing/license-scene'

const WAYS: ReadonlyArray<Way> = ['embedded', 'http']
const FORM = 'application/x-www-form-urlencoded'

const textOf = async ({ body }: ServiceResponse): Promise<string> => {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString()
}

const unescaped = (text: string): string => text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')

/** The end of a non-silent acquisition. */
type Challenged = StoredEvent & { readonly data: { readonly challenge: string; readonly url: string } }

/** The forms of a page, as a browser would send them. */
const formsOf = (html: string): ReadonlyArray<{ readonly action: string; readonly body: string }> =>
  html.split('<form ').slice(1).map((form) => {
    const fields = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    const body = new URLSearchParams(fields.map(([, name = '', value = '']): [string, string] => [name, unescaped(value)]))
    return { action: /action="([^"]*)"/.exec(form)?.[1] ?? '', body: body.toString() }
  })

describe.each(WAYS)('an acquisition by a page, %s', (way) => {
  let scene: LicenseScene
  let home: Home
  beforeEach(async () => {
    scene = await licenseScene(way)
    home = await scene.individualize(await scene.computer())
  })
  afterEach(() => scene.remove())

  const challenged = async (mode: AcquisitionMode, keyId?: KeyId): Promise<Challenged> => {
    const request = { mode, url: scene.address, urlState: 'trusted' as const, ...(keyId !== undefined && { keyId }) }
    const events = await eventsOf(acquireLicense(scene.env(home))(request))
    expect(events.map(({ type }) => type)).toEqual(['AcquisitionBegun', 'AcquisitionChallenged'])
    return events.at(-1) as never
  }
  const post = async (url: string, body: string, contentType = FORM) => {
    const { pathname } = new URL(url)
    const request = { method: 'POST' as const, path: pathname, headers: { 'content-type': contentType }, body: Buffer.from(body) }
    const response = await scene.transport.send(request, AbortSignal.timeout(5000))
    return { status: response.status, header: response.header, html: await textOf(response) }
  }
  const pageUrl = (url: string): string => {
    const read = acquisitionUrl({ url })
    if (E.isLeft(read)) throw new Error('no acquisition URL')
    return read.right.page
  }
  const pressed = (url: string, { action, body }: { readonly action: string; readonly body: string }) =>
    post(new URL(action, url).href, body)
  const monitor = (challenge: string, by = home, wait?: () => Promise<void>) =>
    eventsOf(monitorAcquisition(scene.env(by, wait && { wait }))({ challenge }))
  const playable = async (keyId: KeyId, by = home) => (await succeed(queryLicense(by)({ keyId, action: 'Play' }))).allowed

  it('LI-60, LI-66: what to post, the page, a press of its button, and the license turns up', async () => {
    const { keyId } = await scene.offer({ mode: 'non-silent', title: 'The "Film" & <b>more</b>' })
    const { data } = await challenged('non-silent', keyId)
    const url = pageUrl(data.url)
    const page = await post(url, challengePost(data.challenge).body)
    expect(page.status).toBe(200)
    expect(page.header('content-security-policy')).toContain("default-src 'none'")
    expect(page.html).toContain('The &quot;Film&quot; &amp; &lt;b&gt;more&lt;/b&gt;')
    expect(page.html).not.toMatch(/<script|<b>/)
    const [form] = formsOf(page.html)
    if (form === undefined) throw new Error('no form')
    expect(await playable(keyId)).toBe(false)
    expect((await pressed(url, form)).status).toBe(200)
    const events = await monitor(data.challenge)
    expect(events.filter(({ stream }) => stream === 'acquisition').map(({ type }) => type)).toEqual(['LicenseAcquired'])
    expect(events.at(-1)?.type).toBe('LicenseAcquired')
    expect(await playable(keyId)).toBe(true)
  })

  it('LI-66: the wait looks again and again until a person has answered', async () => {
    const { keyId } = await scene.offer({ mode: 'non-silent' })
    const { data } = await challenged('non-silent', keyId)
    const url = pageUrl(data.url)
    let waits = 0
    const events = await monitor(data.challenge, home, async () => {
      waits += 1
      if (waits < 3) return
      const [form] = formsOf((await post(url, challengePost(data.challenge).body)).html)
      if (form !== undefined) await pressed(url, form)
    })
    expect(waits).toBe(3)
    expect(events.at(-1)).toMatchObject({ type: 'LicenseAcquired', data: { keyId } })
  })

  it('LI-66: a server that is away for a while is asked again', async () => {
    const { keyId } = await scene.offer({ mode: 'non-silent' })
    const { data } = await challenged('non-silent', keyId)
    const [form] = formsOf((await post(pageUrl(data.url), challengePost(data.challenge).body)).html)
    if (form !== undefined) await pressed(pageUrl(data.url), form)
    let tries = 0
    const awayFirst: ServiceTransport = {
      ...scene.transport,
      send: (asked, signal) => {
        tries += 1
        return tries > 4 ? scene.transport.send(asked, signal) : Promise.reject(new Error('away'))
      },
    }
    const events = await eventsOf(monitorAcquisition(scene.env(home, {}, awayFirst))({ challenge: data.challenge }))
    expect(tries).toBeGreaterThan(4)
    expect(events.filter(({ stream }) => stream === 'acquisition').map(({ type }) => type)).toEqual(['LicenseAcquired'])
  })

  it('LI-66: a license that came in another way ends the wait, one that was there before does not', async () => {
    const { keyId } = await scene.offer({ mode: 'silent' })
    const silent = () => eventsOf(acquireLicense(scene.env(home))({ mode: 'silent', keyId, url: scene.address, urlState: 'trusted' }))
    await silent()
    scene.place.clock.advance(60)
    const { data } = await challenged('non-silent', keyId)
    await scene.offer({ keyId, mode: 'silent' })
    scene.place.clock.advance(60)
    let waits = 0
    const events = await monitor(data.challenge, home, async () => {
      waits += 1
      if (waits === 2) await silent()
    })
    expect([waits, events.map(({ type }) => type)]).toEqual([2, ['LicenseAcquired']])
  })

  it('LI-67: before there is content, the page lists what is on offer', async () => {
    const offers = [await scene.offer(), await scene.offer({ mode: 'non-silent' })]
    const { data } = await challenged('pre-delivery')
    const url = pageUrl(data.url)
    const forms = formsOf((await post(url, challengePost(data.challenge).body)).html)
    expect(forms).toHaveLength(2)
    if (forms[1] === undefined) throw new Error('no form')
    await pressed(url, forms[1])
    const events = await monitor(data.challenge)
    expect(events.at(-1)).toMatchObject({ type: 'LicenseAcquired', data: { keyId: offers[1]?.keyId } })
    // One challenge is one license.
    expect((await pressed(url, forms[0] ?? forms[1])).status).toBe(409)
    expect((await pressed(url, forms[1])).status).toBe(200)
  })

  it('the license is for the computer of the challenge, whoever presses the button; another computer gets nothing of it', async () => {
    const { keyId } = await scene.offer({ mode: 'non-silent' })
    const other = await scene.individualize(await scene.computer())
    const { data } = await challenged('non-silent', keyId)
    const [form] = formsOf((await post(pageUrl(data.url), challengePost(data.challenge).body)).html)
    if (form !== undefined) await pressed(pageUrl(data.url), form)
    await expect(monitor(data.challenge, other)).rejects.toMatchObject({ fault: { type: 'BadInput', where: 'challenge' } })
    await monitor(data.challenge)
    expect([await playable(keyId), await playable(keyId, other)]).toEqual([true, false])
  })

  it('the page takes no challenge that is altered, of a stranger, too old, or of content that nothing is offered for', async () => {
    const { keyId } = await scene.offer({ mode: 'non-silent' })
    const { data } = await challenged('non-silent', keyId)
    const url = pageUrl(data.url)
    const { body } = challengePost(data.challenge)
    const unknown = await challenged('non-silent', newKeyId())
    expect((await post(url, challengePost(unknown.data.challenge).body)).status).toBe(404)
    expect((await post(url, `${body.slice(0, -4)}AAAA`)).status).toBe(400)
    expect((await post(url, body.replace('nonsilent=1', 'nonsilent=0'))).status).toBe(400)
    expect((await post(url, 'x')).status).toBe(400)
    expect((await post(url, body, 'text/plain')).status).toBe(400)
    expect((await post(url, `${body}&x=${'a'.repeat(40_000)}`)).status).toBe(413)
    expect((await post(url, body)).status).toBe(200)
    scene.place.clock.advance(CHALLENGE_LIFE / 1_000_000 + 60)
    expect((await post(url, body)).status).toBe(410)
    const events = await monitor(data.challenge)
    expect(events.map(({ type, data: found }) => [type, found])).toEqual([
      ['AcquisitionRefused', { operation: expect.any(String), reason: 'SessionExpired', next: 'non-silent' }],
    ])
  })
})
