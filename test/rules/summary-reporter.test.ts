import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', '..')
const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js')
const CONFIG = {
  testEnvironment: 'node',
  testMatch: ['**/*.spec.js'],
  reporters: ['default', join(ROOT, 'tools', 'jest', 'summary-reporter.cjs')],
}

interface Outcome {
  readonly code: number | null
  readonly lines: ReadonlyArray<string>
  readonly results: unknown
}

const run = (files: Readonly<Record<string, string>>, args: ReadonlyArray<string> = []): Outcome => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-reporter-'))
  try {
    mkdirSync(join(folder, 'tests'))
    writeFileSync(join(folder, 'package.json'), '{}')
    writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(CONFIG))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'tests', name), text)
    const done = spawnSync(process.execPath, [JEST, '-i', ...args], { cwd: folder, encoding: 'utf8' })
    const path = join(folder, 'reports', 'jest-results.json')
    const results: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
    return { code: done.status, lines: done.stdout.trimEnd().split('\n'), results }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const FILES = {
  'some.spec.js': `
    it('EX-6: passes', () => {})
    it.skip('reads it back (ffmpeg is not installed)', () => {})
    describe.skip('the player (chromium is not installed)', () => it('plays', () => {}))
    it.skip('later', () => {})
    it('fails', () => { throw new Error('as planned') })`,
  'broken.spec.js': 'require("./absent")',
}

describe('the summary of a test run', () => {
  it('names what was skipped and why, what could not be run, and ends with the counts', () => {
    const { code, lines, results } = run(FILES)
    expect(code).toBe(1)
    expect(lines).toContain('  tests/some.spec.js: reads it back (ffmpeg is not installed)')
    expect(lines).toContain('  tests/some.spec.js: the player (chromium is not installed) plays')
    expect(lines).toContain('  tests/some.spec.js: later (no reason given)')
    expect(lines).toContain('  could not be run: tests/broken.spec.js')
    expect(lines.at(-1)).toBe('1 passed, 2 failed, 3 skipped')
    expect(results).toMatchObject({
      tests: expect.arrayContaining([{ name: 'EX-6: passes', status: 'passed', file: 'tests/some.spec.js' }]),
      brokenFiles: ['tests/broken.spec.js'],
    })
  })

  it('leaves the results of the whole run alone when only some tests are run', () => {
    expect(run(FILES, ['some']).results).toBeUndefined()
    expect(run(FILES, ['-t', 'EX-6']).results).toBeUndefined()
  })
})
