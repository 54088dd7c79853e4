import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', '..')
const QUOTE = /<!-- quote: (\S+)#(\S+) -->\n```\w+\n([\s\S]*?)^```$/gm

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const pagesBelow = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)

const PAGES = ['README.md', 'CONTRIBUTING.md', ...pagesBelow('docs')]

/** The lines between the marks `// region: NAME` and `// endregion: NAME`, as far left as they go. */
const regionOf = (source: string, name: string): string => {
  const lines = source.split('\n')
  const from = lines.findIndex((line) => line.trim() === `// region: ${name}`)
  const to = lines.findIndex((line) => line.trim() === `// endregion: ${name}`)
  if (from < 0 || to < from) throw new Error(`no region ${name}`)
  const region = lines.slice(from + 1, to)
  const indent = Math.min(...region.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return `${region.map((line) => line.slice(indent)).join('\n')}\n`
}

const quotes = PAGES.flatMap((page) =>
  [...read(page).matchAll(QUOTE)].map(({ 1: path = '', 2: region = '', 3: text = '' }) => ({ page, path, region, text }))
)

describe('the examples that documents quote', () => {
  it.each(quotes)('$page quotes $path, $region, to the letter', ({ path, region, text }) => {
    expect(text).toBe(regionOf(read(path), region))
  })

  it('stand in the README', () => {
    expect(quotes.map(({ page, path }) => `${page}: ${path}`)).toContain('README.md: examples/protect-and-export.ts')
  })

  it('are regions that exist', () => {
    expect(regionOf('x\n  // region: a\n  b\n    c\n  // endregion: a\n', 'a')).toBe('b\n  c\n')
    expect(() => regionOf('', 'a')).toThrow('no region a')
  })
})
