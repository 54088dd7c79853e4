import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', '..', '..', '..', '..')
const FILE = join(ROOT, 'test', 'fixtures', 'asf', 'h264-aac.asf')

/** What a program tells that loads the built package twice, once from a folder of its own. */
const PROGRAM = `
const { lastValueFrom } = require('rxjs')
const load = (root, path) => require(require('node:path').join(root, path, 'index.js'))
const [own, copy, file] = process.argv.slice(1)
const told = {}
const faultOf = (run) => lastValueFrom(run).then(() => 'none', (error) => error.fault ?? error.message)
const main = async () => {
  const mine = load(own, 'operators')
  const theirs = load(copy, 'operators')
  told.twice = mine !== theirs
  const source = await load(own, 'io').openFileSource(file)()
  const media = await load(own, 'media').openAsf(source.right)()
  const pool = load(own, 'lease').createPool()
  const samples = mine.demuxClear(media.right, pool)
  told.batch = await faultOf(samples.pipe(theirs.eachSample('look', () => undefined)))
  try { theirs.runPipeline(pool, samples, (input) => input) } catch (error) { told.run = error.message }
  load(own, 'operators/protection')
  try { load(copy, 'operators/protection') } catch (error) { told.protection = error.message }
  console.log(JSON.stringify(told))
}
main()
`

describe('a second copy of the package in one process', () => {
  let folder = ''
  let told: Readonly<Record<string, unknown>> = {}
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-copies-'))
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    const own = join(ROOT, 'packages', 'pipeline', 'dist')
    const copy = join(folder, 'pipeline')
    cpSync(own, copy, { recursive: true })
    told = JSON.parse(execFileSync(process.execPath, ['-e', PROGRAM, own, copy, FILE], { cwd: ROOT, encoding: 'utf8' })) as typeof told
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('knows no batch and no pool of the first', () => {
    const what = 'a batch of another copy of @custody/pipeline, or an empty object without a prototype'
    expect(told['twice']).toBe(true)
    expect(told['batch']).toEqual({ type: 'ForeignHandle', what })
    expect(told['run']).toContain('no pool of this copy of @custody/pipeline')
  })

  it('does not get the redeemer of grants, and is told why', () => {
    expect(told['protection']).toContain('the redeemer of grants was handed out already')
    expect(told['protection']).toContain('Is the package installed twice?')
  })
})
