import { join } from 'node:path'

import { runProgram, type Ended, type ProgramOptions } from './run-program'
import type { Place } from './temporary-place'

/** How the command ended, its output taken apart. */
export interface Outcome {
  readonly exit: number | undefined
  readonly signal: NodeJS.Signals | undefined
  readonly stdout: string
  readonly lines: ReadonlyArray<string>
  readonly stderr: string
}

/** One line of `--json`. */
export type JsonLine = Readonly<Record<string, unknown>>

export const REPOSITORY = join(__dirname, '..', '..')
export const COMMAND = join(REPOSITORY, 'packages', 'cli', 'bin', 'custody.js')
export const FIXTURES = join(REPOSITORY, 'test', 'fixtures', 'asf')

/** The sample that most stories are told with: 5 s of H.264 with B-pictures at 25 a second, and a 500 Hz tone in AAC. */
export const SAMPLE = join(FIXTURES, 'h264-aac.asf')

/** The environment of a command in a place of its own: nothing of the user who runs the tests. */
export const environmentOf = (place: Place): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: place.root,
  TMPDIR: place.temporary,
  CUSTODY_HOME: place.home,
  CUSTODY_MACHINE: place.machine,
})

/** Runs the real command line in a place. */
export const runCustody = async (
  place: Place,
  words: ReadonlyArray<string>,
  { env = {}, ...options }: ProgramOptions = {}
): Promise<Outcome> =>
  outcomeOf(
    await runProgram(process.execPath, [COMMAND, ...words], {
      cwd: place.root,
      ...options,
      env: { ...environmentOf(place), ...env },
    })
  )

/** The same, for a command that has to succeed. */
export const custody = async (place: Place, ...words: ReadonlyArray<string>): Promise<Outcome> => {
  const outcome = await runCustody(place, words)
  if (outcome.exit !== 0) throw new Error(`custody ${words.join(' ')} ended with ${String(outcome.exit)}: ${outcome.stderr}`)
  return outcome
}

/** What a program ended with, its output as text and lines. */
export const outcomeOf = ({ exit, signal, stdout, stderr }: Ended): Outcome => {
  const text = stdout.toString('utf8')
  return { exit, signal, stdout: text, lines: text === '' ? [] : text.replace(/\n$/, '').split('\n'), stderr }
}

/** Every line of a `--json` output; throws where one is no JSON object. */
export const jsonLines = ({ lines }: Outcome): ReadonlyArray<JsonLine> =>
  lines.map((line) => {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`no object: ${line}`)
    return value as JsonLine
  })

/** The types of the events in the log of a place, oldest first. */
export const loggedTypes = async (place: Place): Promise<ReadonlyArray<string>> =>
  jsonLines(await custody(place, 'events', '--json')).map((line) => String(line['type']))

/** The data of the logged events of a type, oldest first. */
export const loggedData = async (place: Place, type: string): Promise<ReadonlyArray<JsonLine>> =>
  jsonLines(await custody(place, 'events', '--json', '--type', type)).map((line) => line['data'] as JsonLine)
