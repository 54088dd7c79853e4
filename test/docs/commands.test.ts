import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { availability, whenInstalled } from '../gate/when-installed'
import { markedCommands, scriptOfAll, shows, type MarkedCommands } from './marked-commands'

const ROOT = join(__dirname, '..', '..')
const TIMEOUT = 120_000

const pagesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)

const PAGES = ['README.md', 'packages/cli/sample/README.md', ...pagesIn('docs/tutorial'), ...pagesIn('docs/how-to')]

/** Runs blocks from the top of the checkout with a home, a machine and a place for temporary files of their own. */
const runBlocks = (blocks: ReadonlyArray<MarkedCommands>): ReadonlyArray<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-docs-'))
  try {
    const shown = join(folder, 'shown')
    const temporary = join(folder, 'temporary')
    for (const each of [shown, temporary]) mkdirSync(each)
    const own = { CUSTODY_HOME: join(folder, 'home'), CUSTODY_MACHINE: join(folder, 'machine'), NO_COLOR: '1' }
    const env = { ...process.env, ...own, HOME: folder, TMPDIR: temporary, SHOWN: shown }
    const done = spawnSync('bash', ['-c', scriptOfAll(blocks)], { cwd: ROOT, env, encoding: 'utf8' })
    const printed = blocks.map((_, index) => {
      const file = join(shown, String(index))
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined
    })
    const last = printed.findLast((text) => text !== undefined) ?? ''
    if (done.status !== 0) throw new Error(`exit ${String(done.status)}: ${done.stderr}\n${last}`)
    return printed.map((text) => text ?? '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const check = (blocks: ReadonlyArray<MarkedCommands>): void => {
  const printed = runBlocks(blocks)
  blocks.forEach(({ line, output }, index) => {
    if (output === undefined) return
    const shown = printed[index] ?? ''
    // The texts are in the comparison so that Jest prints the difference.
    if (!shows(output, shown)) expect({ line, shown }).toEqual({ line, shown: output })
  })
}

describe('the commands of the documents', () => {
  for (const page of PAGES) {
    const blocks = markedCommands(readFileSync(join(ROOT, page), 'utf8'))
    const tools = [...new Set(blocks.flatMap(({ needs }) => (needs === undefined ? [] : [needs])))]
    const [tool] = tools
    if (tool === undefined || availability(tool).type === 'Missing') {
      const alone = blocks.filter(({ needs }) => needs === undefined)
      if (alone.length > 0) it(`run as ${page} shows them`, () => check(alone), TIMEOUT)
    }
    if (tool !== undefined) whenInstalled(tool).it(`run as ${page} shows them, with ${tool}`, () => check(blocks), TIMEOUT)
  }

  it('are found by their mark, with exit code, tool and output', () => {
    const page = '```sh run exit=3 needs=ffmpeg\na\n```\nthen\n```text output\nb\n```\n```sh\nnot run\n```\n'
    expect(markedCommands(page)).toEqual([{ line: 2, text: 'a\n', exit: 3, needs: 'ffmpeg', output: 'b\n' }])
  })

  it('may print other ids, and other lines where the page says …', () => {
    const [one, two] = ['00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100']
    expect(shows(`key ${one}\n`, `key ${two}\n`)).toBe(true)
    expect(shows('a\n…\nd\n', 'a\nb\nc\nd\n')).toBe(true)
    expect(shows('at … end\n', 'at b c end\n')).toBe(true)
    expect(shows('at … end\n', 'at b\nc end\n')).toBe(false)
    expect(shows('a\n', 'b\n')).toBe(false)
    expect(shows('a.c\n', 'abc\n')).toBe(false)
  })

  it('fail the page when one of them ends otherwise', () => {
    const block = { line: 2, exit: 0, needs: undefined, output: undefined }
    expect(() => runBlocks([{ ...block, text: 'echo before; false\n' }])).toThrow('before')
    expect(() => runBlocks([{ ...block, text: 'true\n', exit: 1 }])).toThrow('line 2: exit 0')
  })
})
