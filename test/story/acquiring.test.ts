import { existsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import { jsonLines, loggedData, loggedTypes, runCustody, SAMPLE, type Outcome } from '../command/run-custody'
import { serveCustody } from '../command/serve-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 120_000
const KEY_ID = '6f651ae1dbe44434bcb4690d1564c41c'
const CLEAR_KEY = 'e2719d58-a985-b3c9-781a-b030af78d30e'

describe('acquiring licenses', () => {
  let place: Place
  let film: string
  let key: string
  let rights: string
  const on = (where: Place, ...words: ReadonlyArray<string>): Promise<Outcome> =>
    runCustody(where, ['--authority', place.at('authority'), ...words])

  const formOf = (outcome: Outcome): string => {
    const form = jsonLines(outcome).find(({ type }) => type === 'Page')?.['form']
    if (typeof form !== 'string') throw new Error('no form was told')
    return form
  }

  beforeAll(async () => {
    place = createPlace()
    film = place.at('film.asf')
    key = place.at('key.txt')
    rights = place.at('rights.json')
    writeFileSync(key, '000102030405060708090a0b0c0d0e0f\n')
    writeFileSync(rights, JSON.stringify({ rights: [{ action: 'Play', count: 3 }, { action: 'Copy', inclusion: [CLEAR_KEY] }] }))
    const owner = place.withHome('owner')
    const made = await on(owner, 'protect', SAMPLE, '-o', film, '--key-file', key, '--key-id', KEY_ID)
    if (made.exit !== 0) throw new Error(made.stderr)
  }, LONG)
  afterAll(removePlaces)

  it('IN-28, IN-29, LI-61: individualize first, then one call brings the license, and the content opens', async () => {
    const computer = place.withHome('silent')
    const early = await on(computer, 'acquire', film)
    expect(early).toMatchObject({ exit: 1 })
    expect(early.stderr).toContain('custody individualize')
    expect((await on(computer, 'individualize', '--yes')).exit).toBe(0)
    const none = await on(computer, 'acquire', film, '--silent')
    expect(none).toMatchObject({ exit: 1 })
    expect(none.stderr).toContain('LicenseUnavailable')
    expect((await on(computer, 'authority', 'offer', KEY_ID, '--key-file', key, '--rights', rights)).exit).toBe(0)
    const acquired = await on(computer, 'acquire', film, '--silent', '--json')
    expect(acquired.exit).toBe(0)
    expect(jsonLines(acquired).at(-1)).toMatchObject({ type: 'Result', keyId: KEY_ID })
    expect((await on(computer, 'export', film, '-o', place.at('out'), '--to', 'clear-key')).exit).toBe(0)
    expect(await loggedTypes(computer)).toContain('LicenseAcquired')
  }, LONG)

  it('LI-60, LI-63, LI-66: a license that needs a person comes over a page, and the command waits for it', async () => {
    const computer = place.withHome('paged')
    const operator = place.withHome('operator')
    const paged = ['authority', 'offer', KEY_ID, '--key-file', key, '--rights', rights, '--title', 'A film', '--page']
    const elsewhere = place.at('other-authority')
    expect((await runCustody(operator, ['--authority', elsewhere, ...paged])).exit).toBe(0)
    const service = await serveCustody(operator, ['--authority', elsewhere])
    try {
      expect((await on(computer, 'individualize', '--yes', '--service', service.address)).exit).toBe(0)
      const acquiring = runCustody(computer, ['acquire', film, '--service', service.address, '--json'])
      const challenged = async (): Promise<string> => {
        for (;;) {
          const [found] = await loggedData(computer, 'AcquisitionChallenged')
          if (found !== undefined) return String(found['challenge'])
        }
      }
      const body = new URLSearchParams({ nonsilent: '1', challenge: await challenged() })
      const address = `${service.address}/v1/licenses/page`
      const page = await (await fetch(address, { method: 'POST', body })).text()
      expect(page).toContain('A film')
      const inputs = page.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)
      const fields = [...inputs].map(([, name = '', value = '']): [string, string] => [name, value])
      const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1] ?? ''
      const accepted = await fetch(new URL(action, address), { method: 'POST', body: new URLSearchParams(fields) })
      expect(accepted.status).toBe(200)
      const outcome = await acquiring
      expect(outcome.exit).toBe(0)
      expect(jsonLines(outcome).at(-1)).toMatchObject({ type: 'Result', keyId: KEY_ID })
      expect(existsSync(dirname(formOf(outcome)))).toBe(false)
    } finally {
      expect(await service.stop()).toBe(0)
    }
  }, LONG)
  it('an acquisition that is given up leaves no form with the challenge behind', async () => {
    const computer = place.withHome('given-up')
    const operator = place.withHome('waiting-operator')
    const elsewhere = place.at('waiting-authority')
    const paged = ['authority', 'offer', KEY_ID, '--key-file', key, '--rights', rights, '--title', 'A film', '--page']
    expect((await runCustody(operator, ['--authority', elsewhere, ...paged])).exit).toBe(0)
    const service = await serveCustody(operator, ['--authority', elsewhere])
    try {
      expect((await on(computer, 'individualize', '--yes', '--service', service.address)).exit).toBe(0)
      let seen = false
      const outcome = await runCustody(computer, ['acquire', film, '--service', service.address, '--json'], {
        onStart: (child) => {
          let told = ''
          child.stdout?.on('data', (data: Buffer) => {
            told += data.toString()
            const form = /"form":"([^"]+)"/.exec(told)?.[1]
            if (form === undefined || seen) return
            seen = existsSync(form)
            child.kill('SIGINT')
          })
        },
      })
      expect(outcome).toMatchObject({ exit: 130 })
      expect([seen, existsSync(dirname(formOf(outcome)))]).toEqual([true, false])
    } finally {
      expect(await service.stop()).toBe(0)
    }
  }, LONG)
})
