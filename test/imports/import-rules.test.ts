import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(__dirname, '..', '..')
const PROGRAM = join(ROOT, 'tools', 'imports', 'cruise-folders.mjs')

type Tree = Readonly<Record<string, string>>

/** `rule: from → to` of each violation. */
type Violations = ReadonlyArray<string>

interface Violation {
  readonly rule: string
  readonly from: string
  readonly to: string
}

const uses = (...modules: ReadonlyArray<string>): string =>
  `${modules.map((name, index) => `import { one as one${index} } from '${name}'`).join('\n')}\nexport const one = 1\n`
const offers = (...modules: ReadonlyArray<string>): string =>
  modules.map((name, index) => `export { one as one${index} } from '${name}'\n`).join('')

const manifest = JSON.stringify({ name: 'planted', dependencies: { declared: '1.0.0' } })

/** A small repository in which every rule is kept, each at its border. */
const CLEAN: Tree = {
  'packages/core/src/license/index.ts': offers('./license'),
  'packages/core/src/license/license.ts': uses('../clock/clock', 'declared'),
  'packages/core/src/license/license.test.ts': uses('./license', './index', '../../../../test/gate/gate'),
  'packages/core/src/clock/clock.ts': uses(),
  'packages/core/package.json': manifest,
  'packages/pipeline/src/operators/protection/index.ts': offers('./seal'),
  'packages/pipeline/src/operators/protection/seal.ts': uses('@custody/core/license'),
  'packages/pipeline/src/operators/index.ts': offers('./mux'),
  'packages/pipeline/src/operators/mux.ts': uses('./protection/seal'),
  'packages/pipeline/src/testing/index.ts': offers('./laws'),
  'packages/pipeline/src/testing/laws.ts': uses(),
  'packages/adapters/src/transfer/index.ts': offers('./export-media'),
  'packages/adapters/src/transfer/export-media.ts': uses(
    '@custody/pipeline/operators/protection',
    '@custody/core/license',
    '../systems/windows-media/adapter'
  ),
  'packages/adapters/src/systems/playready/index.ts': offers('./adapter'),
  'packages/adapters/src/systems/playready/adapter.ts': uses('../windows-media/header/wrm-header'),
  'packages/adapters/src/systems/windows-media/index.ts': offers('./adapter'),
  'packages/adapters/src/systems/windows-media/adapter.ts': uses('./header/wrm-header'),
  'packages/adapters/src/systems/windows-media/header/wrm-header.ts': uses(),
  'packages/cli/src/main.ts': uses('@custody/adapters/transfer', '@custody/pipeline/operators'),
  'test/gate/gate.ts': uses(),
}

/** Each breach is one more file, or one that is written over; the violation that must come of it stands before it. */
const BREACHES: ReadonlyArray<readonly [violation: string, planted: Tree]> = [
  [
    'core-imports-nothing-above-it: core/src/clock/clock.ts → pipeline/src/operators/index.ts',
    { 'packages/core/src/clock/clock.ts': uses('@custody/pipeline/operators') },
  ],
  [
    'pipeline-imports-nothing-above-it: pipeline/src/operators/mux.ts → adapters/src/transfer/index.ts',
    { 'packages/pipeline/src/operators/mux.ts': "import type { one } from '@custody/adapters/transfer'\n" },
  ],
  [
    'adapters-imports-nothing-above-it: adapters/src/transfer/export-media.ts → cli/src/main.ts',
    { 'packages/adapters/src/transfer/export-media.ts': uses('../../../cli/src/main') },
  ],
  [
    'services-imports-nothing-above-it: services/src/lms/lms.ts → cli/src/main.ts',
    { 'packages/services/src/lms/lms.ts': uses('../../../cli/src/main') },
  ],
  [
    'no-circles: core/src/clock/clock.ts → core/src/license/license.ts',
    { 'packages/core/src/clock/clock.ts': "import type { one } from '../license/license'\n" },
  ],
  [
    'packages-by-their-paths: pipeline/src/operators/mux.ts → core/src/license/index.ts',
    { 'packages/pipeline/src/operators/mux.ts': uses('../../../core/src/license/index') },
  ],
  [
    'no-deep-imports: pipeline/src/operators/mux.ts → core/src/license/license.ts',
    { 'packages/pipeline/src/operators/mux.ts': uses('../../../core/src/license/license') },
  ],
  [
    'no-unknown-imports: pipeline/src/operators/mux.ts → @custody/core/clock/clock',
    { 'packages/pipeline/src/operators/mux.ts': uses('@custody/core/clock/clock') },
  ],
  [
    'index-is-for-others: core/src/clock/zone.ts → core/src/license/index.ts',
    { 'packages/core/src/clock/zone.ts': uses('../license/index') },
  ],
  [
    'index-is-for-others: core/src/clock/zone.ts → core/src/license/index.ts',
    { 'packages/core/src/clock/zone.ts': uses('@custody/core/license') },
  ],
  [
    'systems-are-strangers: adapters/src/systems/windows-media/adapter.ts → adapters/src/systems/playready/adapter.ts',
    { 'packages/adapters/src/systems/windows-media/adapter.ts': uses('../playready/adapter') },
  ],
  [
    'playready-shares-only-the-header: adapters/src/systems/playready/adapter.ts → adapters/src/systems/windows-media/adapter.ts',
    { 'packages/adapters/src/systems/playready/adapter.ts': uses('../windows-media/adapter') },
  ],
  [
    'adapter-code-knows-no-system: adapters/src/contract/contract.ts → adapters/src/systems/windows-media/adapter.ts',
    { 'packages/adapters/src/contract/contract.ts': uses('../systems/windows-media/adapter') },
  ],
  [
    'processes-know-one-system: adapters/src/transfer/export-media.ts → adapters/src/systems/playready/adapter.ts',
    { 'packages/adapters/src/transfer/export-media.ts': uses('../systems/playready/adapter') },
  ],
  [
    'protection-stays-in-the-pipeline: adapters/src/transfer/export-media.ts → pipeline/src/operators/protection/seal.ts',
    { 'packages/adapters/src/transfer/export-media.ts': uses('../../../pipeline/src/operators/protection/seal') },
  ],
  [
    'sources-know-no-tests: core/src/clock/clock.ts → test/gate/gate.ts',
    { 'packages/core/src/clock/clock.ts': uses('../../../../test/gate/gate') },
  ],
  [
    'sources-know-no-tests: pipeline/src/operators/mux.ts → pipeline/src/testing/laws.ts',
    { 'packages/pipeline/src/operators/mux.ts': uses('../testing/laws') },
  ],
  [
    'published-kits-know-no-tests: pipeline/src/testing/laws.ts → pipeline/src/operators/testing/legs.ts',
    { 'packages/pipeline/src/testing/laws.ts': uses('../operators/testing/legs'), 'packages/pipeline/src/operators/testing/legs.ts': uses() },
  ],
  [
    'every-file-is-reached: core/src/clock/forgotten.ts → core/src/clock/forgotten.ts',
    {
      'packages/core/src/clock/forgotten.ts': uses(),
      'packages/core/src/clock/forgotten.test.ts': uses('./forgotten'),
    },
  ],
  [
    'declared-dependencies-only: core/src/clock/clock.ts → node_modules/undeclared/index.js',
    { 'packages/core/src/clock/clock.ts': uses('undeclared') },
  ],
]

const INSTALLED: Tree = Object.fromEntries(
  ['declared', 'undeclared'].flatMap((name) => [
    [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
    [`node_modules/${name}/index.js`, 'exports.one = 1\n'],
  ])
)

const write = (folder: string, tree: Tree): void => {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

const plant = (folder: string, tree: Tree): string => {
  write(folder, { ...CLEAN, ...INSTALLED, 'package.json': JSON.stringify({ name: 'planted' }), ...tree })
  cpSync(join(ROOT, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'))
  cpSync(join(ROOT, 'tools', 'imports', 'tsconfig.json'), join(folder, 'tools', 'imports', 'tsconfig.json'))
  return folder
}

/** One program for all trees, because the compiler takes most of a second to load. */
const cruise = (trees: ReadonlyArray<Tree>): ReadonlyArray<Violations> => {
  const parent = mkdtempSync(join(tmpdir(), 'custody-imports-'))
  try {
    const folders = trees.map((tree, index) => plant(join(parent, String(index)), tree))
    const done = spawnSync(process.execPath, [PROGRAM, ...folders], { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(done.stderr)
    const short = (path: string): string => path.replace(/^packages\//, '')
    return (JSON.parse(done.stdout) as ReadonlyArray<ReadonlyArray<Violation>>).map((violations) =>
      violations.map(({ rule, from, to }) => `${rule}: ${short(from)} → ${short(to)}`)
    )
  } finally {
    rmSync(parent, { recursive: true })
  }
}

describe('the import rules', () => {
  let answers: ReadonlyArray<Violations> = []

  beforeAll(() => {
    answers = cruise([{}, ...BREACHES.map(([, planted]) => planted)])
  }, 60_000)

  it('accept a tree that goes up to each border', () => {
    expect(answers[0]).toEqual([])
  })

  it.each(BREACHES.map(([violation], index) => [violation, index + 1] as const))('refuse %s', (violation, index) => {
    expect(answers[index]).toContain(violation)
  })

  it('are each proved by a breach here', () => {
    const { forbidden } = jest.requireActual<{ forbidden: ReadonlyArray<{ name: string }> }>(
      '../../.dependency-cruiser.cjs'
    )
    const proved = new Set(BREACHES.map(([violation]) => violation.split(':')[0]))
    expect(forbidden.map(({ name }) => name).filter((name) => !proved.has(name))).toEqual([])
  })
})
