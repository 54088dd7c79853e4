interface File {
  readonly path: string
  readonly text: string
}
type Problems = ReadonlyArray<string>

const { brokenLinks } = jest.requireActual<{
  brokenLinks: (files: ReadonlyArray<File>, others: Problems, exported: ReadonlySet<string>) => Problems
}>('../../tools/check/broken-links.mjs')
const { prohibitedWords } = jest.requireActual<{ prohibitedWords: (files: ReadonlyArray<File>) => Problems }>(
  '../../tools/check/prohibited-words.mjs'
)
const { largeFiles } = jest.requireActual<{ largeFiles: (paths: Problems, limit?: number) => Problems }>(
  '../../tools/check/large-files.mjs'
)
const { strayEntries } = jest.requireActual<{
  strayEntries: (packages: ReadonlyArray<unknown>, paths: Problems) => Problems
}>('../../tools/check/stray-entries.mjs')
const { withRun } = jest.requireActual<{ withRun: (page: string, run: object) => string }>(
  '../../tools/nightly/page.mjs'
)

const page = (text: string, path = 'docs/page.md'): File => ({ path, text })

describe('the check of links', () => {
  const check = (...files: ReadonlyArray<File>): Problems =>
    brokenLinks(files, ['docs/picture.png'], new Set(['@custody/core', '@custody/core/license']))
  const other = page('# Other\n\n## What `it` does, and why\n', 'docs/how-to/other.md')

  it('accepts files, folders, headings and addresses', () => {
    const text = [
      '[a](how-to/other.md) [b](how-to) ![c](picture.png) [d](how-to/other.md#what-it-does-and-why)',
      '[e](#here) [f](https://example.org/x) [g](mailto:a@example.org)',
      '## Here',
      '[h]: how-to/other.md',
    ].join('\n')
    expect(check(page(text), other)).toEqual([])
  })

  it.each([
    ['a file', '\n[a](absent.md)', 'docs/page.md:2: absent.md leads nowhere'],
    ['a path above', '[a](../how-to/other.md)', 'docs/page.md:1: ../how-to/other.md leads nowhere'],
    ['a heading', '[a](how-to/other.md#nothing)', 'docs/page.md:1: how-to/other.md#nothing names no heading'],
    ['a definition', '[a]: absent.md', 'docs/page.md:1: absent.md leads nowhere'],
  ])('refuses %s that does not exist', (_what, text, problem) => {
    expect(check(page(text), other)).toEqual([problem])
  })

  it('reads no links in code', () => {
    expect(check(page('`[a](absent.md)`\n```ts\nf[0](absent)\n```\n'))).toEqual([])
  })

  it('refuses documents and package paths that a source names in vain', () => {
    const path = 'packages/core/src/license/license.ts'
    expect(check(page('/** See docs/how-to/other.md and @custody/core/license. */', path), other)).toEqual([])
    expect(check(page('/** See docs/absent.md. */', path))).toEqual([`${path}:1: docs/absent.md does not exist`])
    expect(check(page("import '@custody/core/secret'", path))).toEqual([
      `${path}:1: nothing is exported as @custody/core/secret`,
    ])
  })
})

describe('the check of words', () => {
  it.each([
    ['a home', `see ${'/ho'}me/somebody/file`],
    ['a scratch folder', `in '${'/tm'}p/x'`],
    ['a root', `${'/ro'}ot/.cache`],
    ['a checkout', `file://${'/wo'}rk/main`],
    ['a registry', `https://registry.${'npmjs'}.org/left-pad`],
    ['a private key', `${'-----BEGIN '}PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG'}`],
  ])('refuses %s', (_what, text) => {
    expect(prohibitedWords([page(`first\n${text}`)])).toHaveLength(1)
  })

  it.each(['bench/work/', '~/tmp/x', '/usr/bin/chromium', '$ROOT/tmp/file', 'and/or', 'a /home of words'])(
    'accepts %s',
    (text) => {
      expect(prohibitedWords([page(text)])).toEqual([])
    }
  )
})

describe('the check of sizes', () => {
  it('refuses a file from the limit on', () => {
    expect(largeFiles(['package.json'])).toEqual([])
    expect(largeFiles(['package.json'], 10)).toEqual([expect.stringContaining('package.json has')])
  })
})

describe('the check of entries', () => {
  const entry = (source: string): unknown => ({ entries: [{ source: `${process.cwd()}/${source}` }] })

  it('refuses an index that nothing names, and an entry that is not written', () => {
    const path = 'packages/core/src/absent/index.ts'
    expect(strayEntries([], [path, 'packages/core/src/absent/other.ts'])).toEqual([
      `${path} is in no exports: name it or remove it`,
    ])
    expect(strayEntries([entry(path)], [path])).toEqual([`${path} is exported but not written`])
    expect(strayEntries([entry('package.json')], [])).toEqual([])
  })
})

describe('the page of nightly runs', () => {
  const run = {
    name: 'fuzz-b',
    date: '2026-01-02',
    commit: 'abc',
    seed: 7,
    runs: 10,
    passed: 3,
    failed: 0,
    minutes: 1.25,
    result: 'passed',
  }
  const rowsOf = (text: string): Problems => text.split('\n').filter((line) => line.startsWith('| fuzz'))

  it('keeps one row for each set, in order', () => {
    const first = withRun('', run)
    const second = withRun(first, { ...run, name: 'fuzz-a' })
    const third = withRun(second, { ...run, seed: 8, result: 'FAILED' })
    expect(rowsOf(third)).toEqual([
      '| fuzz-a | 2026-01-02 | abc | 7 | 10 | 3 | 0 | 1.3 | passed |',
      '| fuzz-b | 2026-01-02 | abc | 8 | 10 | 3 | 0 | 1.3 | FAILED |',
    ])
    expect(withRun(third, { ...run, seed: 8, result: 'FAILED' })).toBe(third)
  })
})
