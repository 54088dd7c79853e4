import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { BREACHES, type Breach } from './planted-breaches'

const ROOT = join(__dirname, '..', '..')

interface Request {
  readonly path: string
  readonly text: string
  readonly off?: ReadonlyArray<string>
}

type Answers = ReadonlyArray<ReadonlyArray<string>>

/** One program for all texts, because the configuration takes a second to load. */
const lint = (requests: ReadonlyArray<Request>): Answers => {
  const done = spawnSync(process.execPath, [join(ROOT, 'tools', 'eslint', 'lint-texts.mjs')], {
    cwd: ROOT,
    input: JSON.stringify(requests),
    encoding: 'utf8',
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout) as Answers
}

const requestsOf = ({ rule, path, text, allowed }: Breach): ReadonlyArray<Request> => [
  { path, text },
  { path, text, off: [rule] },
  { path: allowed.path ?? path, text: allowed.text ?? text },
]

describe('the lint rules', () => {
  let answers: Answers = []

  beforeAll(() => {
    answers = lint(BREACHES.flatMap(requestsOf))
  }, 60_000)

  it.each(BREACHES.map((breach, index) => [breach.name, breach, index] as const))('%s', (_name, { rule }, index) => {
    const [refused = [], withRuleOff = [], allowed = []] = answers.slice(3 * index, 3 * index + 3)
    expect(refused).toContain(rule)
    expect(withRuleOff).not.toContain(rule)
    expect([...new Set(allowed)].filter((broken) => broken === rule || broken.startsWith('not parsed'))).toEqual([])
  })
})
