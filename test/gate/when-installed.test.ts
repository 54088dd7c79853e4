import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { availability, chromiumPath, corpusFolder } from './when-installed'

const withFolder = (body: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-gate-'))
  try {
    body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const program = (folder: string, name: string, mode = 0o755): string => {
  const path = join(folder, name)
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, mode)
  return path
}

describe('the gate for outside tools', () => {
  it('finds ffmpeg only when ffprobe is beside it', () => {
    withFolder((folder) => {
      program(folder, 'ffmpeg')
      expect(availability('ffmpeg', { PATH: folder })).toEqual({
        type: 'Missing',
        reason: 'ffprobe is not installed',
        required: false,
      })
      program(folder, 'ffprobe')
      expect(availability('ffmpeg', { PATH: `:${folder}` })).toEqual({ type: 'Installed' })
    })
  })

  it('takes neither an empty PATH nor a folder of the name for a program', () => {
    expect(availability('ffmpeg', {})).toMatchObject({ type: 'Missing', reason: 'ffmpeg is not installed' })
    withFolder((folder) => {
      expect(availability('chromium', { CHROMIUM: folder })).toMatchObject({ type: 'Missing' })
    })
  })

  it('makes a missing program a requirement under CUSTODY_REQUIRE=all', () => {
    expect(availability('ffmpeg', { CUSTODY_REQUIRE: 'all' })).toMatchObject({ required: true })
    expect(availability('chromium', { CHROMIUM: '/absent/chromium', CUSTODY_REQUIRE: 'all' })).toMatchObject({
      reason: 'chromium is not installed',
      required: true,
    })
  })

  it('takes the browser from CHROMIUM before the usual place', () => {
    withFolder((folder) => {
      const path = program(folder, 'browser')
      expect(chromiumPath({ CHROMIUM: path })).toBe(path)
      expect(availability('chromium', { CHROMIUM: path })).toEqual({ type: 'Installed' })
    })
    expect(chromiumPath({})).toBe('/usr/bin/chromium')
  })

  it('requires the corpus only where one is configured', () => {
    expect(availability('corpus', { CUSTODY_REQUIRE: 'all' })).toMatchObject({ type: 'Missing', required: false })
    expect(availability('corpus', { CUSTODY_CORPUS: '' })).toMatchObject({ type: 'Missing', required: false })
    expect(availability('corpus', { CUSTODY_CORPUS: '/absent/corpus' })).toMatchObject({ required: true })
    withFolder((folder) => {
      expect(availability('corpus', { CUSTODY_CORPUS: folder })).toEqual({ type: 'Installed' })
      expect(corpusFolder({ CUSTODY_CORPUS: folder })).toBe(folder)
    })
  })
})

describe('gated tests', () => {
  const ROOT = join(__dirname, '..', '..')
  const { transform } = jest.requireActual<{ transform: unknown }>('../../jest.config.js')
  const config = { rootDir: ROOT, roots: [__dirname], testMatch: ['**/gated-sample.ts'], transform }

  interface Report {
    readonly testResults: ReadonlyArray<{
      readonly assertionResults: ReadonlyArray<{ readonly fullName: string; readonly status: string }>
    }>
  }

  /** What became of each test of the sample, in a Jest of its own. */
  const outcomes = (variables: Readonly<Record<string, string>>): ReadonlyArray<string> => {
    const inherited = { ...process.env, CUSTODY_REQUIRE: '', CUSTODY_CORPUS: '' }
    const done = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), '--config', JSON.stringify(config), '--json', '-i'],
      { cwd: ROOT, env: { ...inherited, ...variables }, encoding: 'utf8' }
    )
    const { testResults } = JSON.parse(done.stdout) as Report
    return testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ fullName, status }) => `${status}: ${fullName}`)
    )
  }

  it('run where the tool is there', () => {
    expect(outcomes({ TOOL: 'chromium', CHROMIUM: process.execPath, CUSTODY_REQUIRE: 'all' })).toEqual([
      'passed: runs alone',
      'passed: in a group runs first',
      'passed: in a group runs second',
    ])
  })

  it('are listed as skipped, each with its name and the reason', () => {
    expect(outcomes({ TOOL: 'chromium', CHROMIUM: '/absent/chromium' })).toEqual([
      'pending: runs alone (chromium is not installed)',
      'pending: in a group (chromium is not installed) runs first',
      'pending: in a group (chromium is not installed) runs second',
    ])
  })

  it('fail where the run requires the tool', () => {
    expect(outcomes({ TOOL: 'chromium', CHROMIUM: '/absent/chromium', CUSTODY_REQUIRE: 'all' })).toEqual([
      'failed: runs alone (chromium is not installed)',
      'failed: in a group cannot run (chromium is not installed)',
    ])
  })

  it('fail for a corpus that is configured and absent, and are skipped for one that is not configured', () => {
    const absent = 'the corpus folder that CUSTODY_CORPUS names does not exist'
    expect(outcomes({ TOOL: 'corpus', CUSTODY_CORPUS: '/absent/corpus' })).toContain(`failed: runs alone (${absent})`)
    expect(outcomes({ TOOL: 'corpus', CUSTODY_REQUIRE: 'all' })).toContain(
      'pending: runs alone (the corpus is not configured (CUSTODY_CORPUS))'
    )
  })
})
