import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

import { chromiumPath, whenInstalled } from '../test/gate/when-installed'
import { protectAndExport } from './protect-and-export'

const ROOT = join(__dirname, '..')
const SAMPLE = join(ROOT, 'packages', 'cli', 'sample', 'sample.asf')
const PAGE = pathToFileURL(join(__dirname, 'player', 'index.html')).href
const TIMEOUT = 60_000

const revealed = (folder: string): string =>
  execFileSync(process.execPath, [join(ROOT, 'packages/cli/bin/custody.js'), 'keys', 'reveal', 'package', '--yes'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CUSTODY_HOME: join(folder, 'home'), CUSTODY_MACHINE: join(folder, 'machine') },
  })

/** Chooses the files, gives the keys, presses the button; answers how far the picture came in a second or two. */
const played = async (folder: string, keys: string): Promise<{ readonly time: number; readonly width: number }> => {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.goto(PAGE)
    const exported = join(folder, 'package')
    await page.setInputFiles('#files', readdirSync(exported).map((name) => join(exported, name)))
    await page.fill('#keys', keys)
    await page.click('#play')
    await page.waitForFunction(`document.querySelector('video').currentTime > 1`, undefined, { timeout: 15_000 }).catch(() => undefined)
    return await page.evaluate(`({ time: document.querySelector('video').currentTime, width: document.querySelector('video').videoWidth })`)
  } finally {
    await browser.close()
  }
}

whenInstalled('chromium').describe('the player page', () => {
  let folder = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'custody-player-'))
    await protectAndExport(folder, SAMPLE)
  }, TIMEOUT)
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it(
    'plays an export from the disk with the revealed keys',
    async () => {
      const { time, width } = await played(folder, revealed(folder))
      expect(time).toBeGreaterThan(1)
      expect(width).toBe(320)
    },
    TIMEOUT
  )
})
