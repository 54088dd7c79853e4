import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

import { installedPostgres } from '../postgres/installed-postgres'

/** What a test may need from outside the repository. */
export type Tool = 'ffmpeg' | 'chromium' | 'corpus' | 'postgres'

/** The body of a test, as Jest takes it. */
export type TestBody = jest.ProvidesCallback

/** Registers tests that need a tool: run where it is there, listed as skipped with the reason where it is not. */
export interface GatedTests {
  readonly describe: (name: string, fn: () => void) => void
  /** @param timeout milliseconds; Jest's own default when left out. */
  readonly it: (name: string, fn: TestBody, timeout?: number) => void
}

type Environment = Readonly<Record<string, string | undefined>>

/** Whether a tool is there, and if not, in which words and with which consequence. */
export type Availability =
  | { readonly type: 'Installed' }
  | { readonly type: 'Missing'; readonly reason: string; readonly required: boolean }

const INSTALLED: Availability = { type: 'Installed' }
const NO_POSTGRES = 'PostgreSQL is not installed for this platform'
const DEFAULT_CHROMIUM = '/usr/bin/chromium'

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

const onPath = (environment: Environment, name: string): boolean =>
  (environment['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, name)))

const missing = (environment: Environment, reason: string): Availability => ({
  type: 'Missing',
  reason,
  required: environment['CUSTODY_REQUIRE'] === 'all',
})

/** The browser that tests start: `CHROMIUM`, or where Debian puts it. */
export const chromiumPath = (environment: Environment = process.env): string =>
  environment['CHROMIUM'] ?? DEFAULT_CHROMIUM

/**
 * The folder of files in the wild, absolute; undefined when none is configured.
 * Never part of the repository, so a configured folder that is absent is a fault and not a reason to skip.
 */
export const corpusFolder = (environment: Environment = process.env): string | undefined => {
  const configured = environment['CUSTODY_CORPUS']
  return configured === undefined || configured === '' ? undefined : resolve(configured)
}

const corpus = (environment: Environment): Availability => {
  const folder = corpusFolder(environment)
  if (folder === undefined) {
    return { type: 'Missing', reason: 'the corpus is not configured (CUSTODY_CORPUS)', required: false }
  }
  if (isFolder(folder)) return INSTALLED
  return { type: 'Missing', reason: 'the corpus folder that CUSTODY_CORPUS names does not exist', required: true }
}

/** Looks for a tool each time it is asked; nothing is remembered. */
export const availability = (tool: Tool, environment: Environment = process.env): Availability => {
  if (tool === 'corpus') return corpus(environment)
  if (tool === 'chromium') {
    const path = chromiumPath(environment)
    return isExecutable(path) ? INSTALLED : missing(environment, 'chromium is not installed')
  }
  if (tool === 'postgres') {
    return installedPostgres() === undefined ? missing(environment, NO_POSTGRES) : INSTALLED
  }
  const absent = ['ffmpeg', 'ffprobe'].find((name) => !onPath(environment, name))
  return absent === undefined ? INSTALLED : missing(environment, `${absent} is not installed`)
}

const refusal = (reason: string) => (): undefined => {
  throw new Error(`${reason}, and this run requires it`)
}

/**
 * Gates tests on a tool. A missing tool shows in the summary as `name (reason)`, never as silence;
 * where the run requires the tool (`CUSTODY_REQUIRE=all`, or a configured corpus) it is a failing test.
 *
 * @example
 * const { describe, it } = whenInstalled('ffmpeg')
 * it('EX-6: is read by ffprobe', async () => { … })
 */
export const whenInstalled = (tool: Tool): GatedTests => {
  const found = availability(tool)
  if (found.type === 'Installed') {
    return { describe: (name, fn) => describe(name, fn), it: (name, fn, timeout) => it(name, fn, timeout) }
  }
  const { reason, required } = found
  const named = (name: string): string => `${name} (${reason})`
  if (!required) {
    return {
      describe: (name, fn) => describe.skip(named(name), fn),
      it: (name, fn, timeout) => it.skip(named(name), fn, timeout),
    }
  }
  return {
    // The body is not run: its tests would fail one by one for the same reason.
    describe: (name) => describe(name, () => it(named('cannot run'), refusal(reason))),
    it: (name) => it(named(name), refusal(reason)),
  }
}
