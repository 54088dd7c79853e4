import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { defences } from './defences'
import { withDefenceOff } from './testing/with-defence-off'

const PACKAGE = join(__dirname, '..', '..')

/** What an importer of the package could ask for, by its exports. */
const entries = (): ReadonlyArray<string> => {
  const { exports } = jest.requireActual<{ readonly exports: Readonly<Record<string, unknown>> }>(join(PACKAGE, 'package.json'))
  return Object.keys(exports).filter((name) => name !== './package.json')
}

describe('the switches of the defences', () => {
  it('are all on, and on again after a test that failed without one', async () => {
    expect(Object.values(defences).every((on) => on)).toBe(true)
    const seen: boolean[] = []
    const failing = withDefenceOff('wipe', () => {
      seen.push(defences.wipe)
      throw new Error('red')
    })
    await expect(failing).rejects.toThrow('red')
    expect([...seen, defences.wipe]).toEqual([false, true])
  })

  it('are given by no entry of the package', () => {
    const offered = entries().map((entry) => jest.requireActual<object>(`@custody/pipeline${entry.slice(1)}`))
    expect(offered.length).toBeGreaterThan(5)
    for (const entry of offered) {
      for (const [name, value] of Object.entries(entry)) {
        expect([name, typeof value === 'object' && value !== null && 'heldTooMany' in value]).toEqual([name, false])
      }
    }
    for (const inside of ['lease/defences', 'dist/lease/defences.js', 'lease/testing/with-defence-off']) {
      expect(() => jest.requireActual<object>(`@custody/pipeline/${inside}`)).toThrow()
    }
  })

  it('are set by nothing that is published', () => {
    const built = join(PACKAGE, 'dist')
    const texts = readdirSync(built, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(built, name), 'utf8'))
    const naming = texts.filter((text) => text.includes('defences'))
    expect(naming.length).toBeGreaterThan(2)
    expect(naming.filter((text) => /defences(_1\.defences)?(\.\w+ =[^=]|\[)/.test(text))).toEqual([])
  })
})
