import { readdirSync, writeFileSync } from 'node:fs'

import { jsonLines, runCustody, SAMPLE, type Outcome } from '../command/run-custody'
import { serveCustody, type ServedCustody } from '../command/serve-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 120_000

describe('services at an address', () => {
  let place: Place
  let service: ServedCustody
  let computers = 0
  const computer = (): Place => place.withHome(`served-${String((computers += 1))}`)
  const on = (where: Place, ...words: ReadonlyArray<string>): Promise<Outcome> => runCustody(where, words)

  beforeAll(async () => {
    place = createPlace()
    service = await serveCustody(place.withHome('operator'), ['--authority', place.at('authority')])
  }, LONG)
  afterAll(async () => {
    expect(await service.stop()).toBe(0)
    removePlaces()
  }, LONG)

  it('individualizes, and restores on another computer, over HTTP; nothing is made beside the homes', async () => {
    const [first, second] = [computer(), computer()]
    for (const one of [first, second]) expect((await on(one, 'individualize', '--yes', '--service', service.address)).exit).toBe(0)
    expect((await on(first, 'protect', SAMPLE, '-o', place.at('served.asf'), '--title', 'A film nobody may know of')).exit).toBe(0)
    expect((await on(first, 'backup', place.at('backup'))).exit).toBe(0)
    const restored = await on(second, 'restore', place.at('backup'), '--yes', '--service', service.address, '--json')
    expect(restored.exit).toBe(0)
    expect(jsonLines(restored).at(-1)).toMatchObject({ type: 'Result', restored: 1 })
    expect((await on(second, 'revocation', 'refresh', '--service', service.address)).exit).toBe(0)
    expect(readdirSync(place.root).filter((name) => name.endsWith('-authority'))).toEqual([])
    expect(service.logged()).not.toContain('A film nobody may know of')
  }, LONG)

  it('answers whether it is well, with its figures and its description', async () => {
    for (const path of ['/healthz', '/metrics', '/openapi.json']) {
      const response = await fetch(`${service.address}${path}`)
      expect(response.status).toBe(200)
      expect((await response.text()).length).toBeGreaterThan(0)
    }
  })

  it('BR-42: a service that is away is exit 4, and safe to try again', async () => {
    const first = computer()
    const gone = await serveCustody(place.withHome('gone'), ['--authority', place.at('gone')])
    expect((await on(first, 'individualize', '--yes', '--service', gone.address)).exit).toBe(0)
    expect((await on(first, 'protect', SAMPLE, '-o', place.at('gone.asf'))).exit).toBe(0)
    expect((await on(first, 'backup', place.at('gone-backup'))).exit).toBe(0)
    expect(await gone.stop()).toBe(0)
    const away = await on(first, 'restore', place.at('gone-backup'), '--yes', '--service', gone.address)
    expect(away).toMatchObject({ exit: 4 })
    expect(away.stderr).toMatch(/not reached: .*; try again \(BR-42\)/)
    const back = await serveCustody(place.withHome('gone'), ['--authority', place.at('gone')])
    expect((await on(first, 'restore', place.at('gone-backup'), '--yes', '--service', back.address)).exit).toBe(0)
    expect(await back.stop()).toBe(0)
  }, LONG)

  it('IN-35: nothing at an address is asked where that is forbidden', async () => {
    const first = computer()
    const forbidden = ['individualize', '--yes', '--service', service.address]
    const outcome = await runCustody(first, forbidden, { env: { CUSTODY_OFFLINE: '1' } })
    expect(outcome).toMatchObject({ exit: 1 })
    expect(outcome.stderr).toContain('OnlineDisabled')
  }, LONG)

  it('protocols 1: a home keeps to the authority that it met first', async () => {
    const first = computer()
    expect((await on(first, 'individualize', '--yes')).exit).toBe(0)
    const other = await on(first, 'individualize', '--yes', '--force', '--service', service.address)
    expect(other).toMatchObject({ exit: 1 })
    expect(other.stderr).toContain('AuthorityOther')
  }, LONG)

  it('protocols 4.8: an authority goes elsewhere under a passphrase, and opens the backups that were made for it', async () => {
    const [first, second] = [computer(), computer()]
    const [home, away] = [place.at('here'), place.at('there')]
    const passphrase = place.at('passphrase.txt')
    writeFileSync(passphrase, 'a passphrase\n')
    const through = (authority: string, where: Place, ...words: ReadonlyArray<string>) => on(where, '--authority', authority, ...words)
    for (const one of [first, second]) expect((await through(home, one, 'individualize', '--yes')).exit).toBe(0)
    expect((await on(first, 'protect', SAMPLE, '-o', place.at('moved.asf'))).exit).toBe(0)
    expect((await on(first, 'backup', place.at('moved-backup'))).exit).toBe(0)
    const copy = place.at('authority.copy')
    expect((await through(home, first, 'authority', 'export', copy, '--passphrase', passphrase)).exit).toBe(0)
    writeFileSync(place.at('wrong.txt'), 'another\n')
    expect((await through(away, first, 'authority', 'import', copy, '--passphrase', place.at('wrong.txt'))).exit).toBe(3)
    expect((await through(away, first, 'authority', 'import', copy, '--passphrase', passphrase)).exit).toBe(0)
    expect((await through(away, second, 'restore', place.at('moved-backup'), '--yes')).exit).toBe(0)
  }, LONG)

  it('BR-31: names its pages at the port that it was given', async () => {
    const operator = place.withHome('ported')
    const words = ['--authority', place.at('ported')]
    const first = await serveCustody(operator, words)
    const port = Number(new URL(first.address).port)
    expect(await first.stop()).toBe(0)
    const second = await serveCustody(operator, words, port)
    const { trust } = (await (await fetch(`${second.address}/v1/authority`)).json()) as { readonly trust: string }
    const { urls } = JSON.parse(Buffer.from(trust.split('.')[1] ?? '', 'base64url').toString()) as { readonly urls: { readonly fraud: string } }
    expect(urls.fraud).toBe(`http://127.0.0.1:${String(port)}/pages/fraud`)
    expect((await fetch(urls.fraud)).status).toBe(200)
    expect(await second.stop()).toBe(0)
  }, LONG)

  it('takes a port and a service that it knows, and both files of TLS', async () => {
    const first = computer()
    for (const words of [['--port', 'x'], ['--port', '70000'], ['--only', 'nothing'], ['--cert', 'file']]) {
      expect((await on(first, 'serve', ...words)).exit).toBe(2)
    }
  }, LONG)
})
