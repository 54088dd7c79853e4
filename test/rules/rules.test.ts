import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TOOL = join(__dirname, '..', '..', 'tools', 'rules.mjs')

const DOMAIN = `# Invented rules
| ID | Rule | St | Source |
|---|---|---|---|
| EX-5 | Nothing leaves without a right | D | page |
| EX-6 | Nothing leaves for a stranger | D (code), I (silence) | page |
| EX-7 | A level \\| a list | U | — |
| BR-27 | A counter | D | page |
| BR-28 | An exception | D | page |
| C-1 | A conflict, which is no rule | D | page |

| # | Invariant | from |
|---|---|---|
| P-1 | One terminal event | EX-5 |

| id | property | how to check |
|---|---|---|
| R15 | System randomness | lint |
`

interface Test {
  readonly name: string
  readonly status: 'passed' | 'failed' | 'pending'
}

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const run = (tests: ReadonlyArray<Test> | undefined, options: ReadonlyArray<string> = []): Outcome => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-rules-'))
  try {
    const page = join(folder, 'domain.md')
    const results = join(folder, 'results.json')
    writeFileSync(page, DOMAIN)
    if (tests !== undefined) writeFileSync(results, JSON.stringify({ finishedAt: '2026-01-02T03:04:05Z', tests }))
    const done = spawnSync(process.execPath, [TOOL, '--results', results, ...options, page], { encoding: 'utf8' })
    return { code: done.status, out: done.stdout, err: done.stderr }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const lineOf = (out: string, id: string): string => out.split('\n').find((line) => line.startsWith(`${id} `)) ?? ''
const countsOf = (out: string, group: string): ReadonlyArray<number> =>
  lineOf(out.slice(out.indexOf('\ngroup ')), group).trim().split(/\s+/).slice(1).map(Number)

describe('the report of rules and their tests', () => {
  it('asks for a test run when there are no results', () => {
    expect(run(undefined)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('npm test') })
  })

  it('gives each rule its tests, wherever in a name it is cited', () => {
    const { code, out } = run([
      { name: 'export EX-5, EX-6: is refused', status: 'passed' },
      { name: 'EX-6: another look', status: 'failed' },
      { name: 'R15 has a lint rule', status: 'passed' },
      { name: 'P-1: ends once (chromium is not installed)', status: 'pending' },
    ])
    expect(code).toBe(0)
    expect(lineOf(out, 'EX-5')).toContain('passing')
    expect(lineOf(out, 'EX-6')).toContain('failing')
    expect(lineOf(out, 'EX-7')).toContain('no test')
    expect(lineOf(out, 'R15')).toContain('passing')
    expect(lineOf(out, 'P-1')).toContain('skipped')
    expect(out).toContain('+ export EX-5, EX-6: is refused')
    expect(out).toContain('! EX-6: another look')
    expect(out).not.toMatch(/^C-1 /m)
  })

  it('counts by group the rules with at least one passing test', () => {
    const { out } = run([
      { name: 'EX-5, EX-6: is refused', status: 'passed' },
      { name: 'EX-6: another look', status: 'failed' },
    ])
    // rules, with a passing test, failing, only skipped, no test
    expect(countsOf(out, 'EX')).toEqual([3, 2, 1, 0, 1])
    expect(countsOf(out, 'BR')).toEqual([2, 0, 0, 0, 2])
    expect(countsOf(out, 'all')).toEqual([7, 2, 1, 0, 5])
  })

  it('reads ranges', () => {
    const { out } = run([{ name: 'BR-27…BR-28 and EX-5–7 together', status: 'passed' }])
    expect(countsOf(out, 'BR')).toEqual([2, 2, 0, 0, 0])
    expect(countsOf(out, 'EX')).toEqual([3, 3, 0, 0, 0])
  })

  it('takes no name that merely looks like a rule for one', () => {
    const { code, out } = run([{ name: 'a P-256 key, FLEX-5, EX-5a and UR15', status: 'passed' }])
    expect(code).toBe(0)
    expect(countsOf(out, 'all')).toEqual([7, 0, 0, 0, 7])
  })

  it('refuses a citation of a rule that does not exist', () => {
    const { code, out } = run([{ name: 'EX-99: invented', status: 'passed' }])
    expect(code).toBe(1)
    expect(out).toContain('cites EX-99, which is no rule')
  })

  it('shows the status letters, and only what was asked for', () => {
    const { out } = run([{ name: 'EX-5: yes', status: 'passed' }], ['--group', 'EX', '--untested'])
    expect(lineOf(out, 'EX-6')).toMatch(/^EX-6 +D \(code\), I/)
    expect(lineOf(out, 'EX-7')).toMatch(/^EX-7 +U +no test/)
    expect(lineOf(out.slice(0, out.indexOf('\ngroup ')), 'EX-5')).toBe('')
    expect(lineOf(out, 'BR-27')).toBe('')
  })
})
