import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

import { chromiumPath, whenInstalled } from '../test/gate/when-installed'
import { protectAndExport } from './protect-and-export'

const ROOT = join(__dirname, '..')
const SAMPLE = join(ROOT, 'packages', 'cli', 'sample', 'sample.asf')
const TIMEOUT = 60_000

const revealed = (folder: string): string =>
  execFileSync(process.execPath, [join(ROOT, 'packages/cli/bin/custody.js'), 'keys', 'reveal', 'package', '--yes'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CUSTODY_HOME: join(folder, 'home'), CUSTODY_MACHINE: join(folder, 'machine') },
  })

/** Serves the page as the how-to says while something is done with its address. */
const served = async <A>(use: (address: string) => Promise<A>): Promise<A> => {
  const server = spawn(process.execPath, [join(__dirname, 'player', 'serve.mjs'), '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [line] = (await once(server.stdout, 'data')) as [Buffer]
    return await use(line.toString().trim())
  } finally {
    server.kill()
  }
}

/** Chooses the files, gives the keys, presses the button; answers how far the picture came in a second or two. */
const played = async (
  address: string,
  folder: string,
  keys: string
): Promise<{ readonly told: string; readonly time: number; readonly width: number }> => {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.goto(address)
    const exported = join(folder, 'package')
    await page.setInputFiles('#files', readdirSync(exported).map((name) => join(exported, name)))
    await page.fill('#keys', keys)
    await page.click('#play')
    await page.waitForFunction(`document.querySelector('video').currentTime > 1`, undefined, { timeout: 15_000 }).catch(() => undefined)
    return await page.evaluate(`(() => {
      const { currentTime, videoWidth } = document.querySelector('video')
      return { told: document.querySelector('#told').textContent, time: currentTime, width: videoWidth }
    })()`)
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
      const { told, time, width } = await served((address) => played(address, folder, revealed(folder)))
      expect({ told, width }).toEqual({ told: 'Playing.', width: 320 })
      expect(time).toBeGreaterThan(1)
    },
    TIMEOUT
  )
})
