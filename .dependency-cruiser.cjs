/**
 * Who may import whom (docs: architecture §2, house style §12). Package paths are resolved to sources, so that
 * nothing has to be built, and imports of types count like any other.
 */
const { join } = require('node:path')

const TESTS = String.raw`\.test\.ts$`
const INDEX = '^packages/[^/]+/(src|src/.+)/index[.]ts$'
/** Where a run or an import from outside begins. */
const ENTRIES = [INDEX, '^packages/(cli|console)/src/[^/]+[.]ts$', '[.]worker[.]ts$']
const IN_A_PACKAGE = '^packages/([^/]+)/src/'

/** From the top; each may import those after it. */
const LAYERS = ['cli|console', 'services', 'adapters', 'pipeline', 'core']

const oneWay = LAYERS.slice(1).map((layer, index) => {
  const above = LAYERS.slice(0, index + 1).join('|')
  return {
    name: `${layer}-imports-nothing-above-it`,
    comment: 'Imports run one way: console, cli, then services, adapters, pipeline, core.',
    severity: 'error',
    from: { path: `^packages/(${layer})/`, pathNot: TESTS },
    to: { path: [`^(packages|node_modules/@custody)/(${above})/`, `^@custody/(${above})(/|$)`] },
  }
})

/** What its tests know and no operator uses yet. A line goes with the first operator that does. */
const AWAITED = [
  '^packages/pipeline/src/cipher/sample-aes/',
  '^packages/pipeline/src/isobmff/write/(progressive/|build-sidx)',
  '^packages/pipeline/src/isobmff/read/sidx',
]

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: 'no-circles',
      comment: 'Two files that hold each other are one file, or one of them holds a third concept.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { circular: true },
    },
    {
      name: 'packages-by-their-paths',
      comment: 'Across packages only the paths of `exports`, never a relative path into the sources of another.',
      severity: 'error',
      from: { path: IN_A_PACKAGE },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'no-deep-imports',
      comment: 'Across packages only what an index names.',
      severity: 'error',
      from: { path: IN_A_PACKAGE },
      to: { path: '^packages/[^/]+/', pathNot: ['^packages/$1/', INDEX] },
    },
    {
      name: 'index-is-for-others',
      comment: 'An index lists what a folder offers to other packages; inside the package the file itself is imported.',
      severity: 'error',
      from: { path: IN_A_PACKAGE, pathNot: TESTS },
      to: { path: '^packages/$1/(src|src/.+)/index[.]ts$' },
    },
    {
      name: 'systems-are-strangers',
      comment: 'A rights system knows no other. One exception: playready reads the header code of windows-media.',
      severity: 'error',
      from: { path: '^packages/adapters/src/systems/([^/]+)/', pathNot: '^packages/adapters/src/systems/playready/' },
      to: { path: '^packages/adapters/src/systems/', pathNot: '^packages/adapters/src/systems/$1/' },
    },
    {
      name: 'playready-shares-only-the-header',
      comment: 'The named exception ends at the header: systems/windows-media/header/.',
      severity: 'error',
      from: { path: '^packages/adapters/src/systems/playready/' },
      to: {
        path: '^packages/adapters/src/systems/',
        pathNot: ['^packages/adapters/src/systems/playready/', '^packages/adapters/src/systems/windows-media/header/'],
      },
    },
    {
      name: 'adapter-code-knows-no-system',
      comment:
        'The contract, the kit and the processes get a system as an argument. ' +
        'Only the processes know windows-media, because ASF is one side of each of them.',
      severity: 'error',
      from: { path: '^packages/adapters/src/(?!systems/|transfer/)', pathNot: TESTS },
      to: { path: '^packages/adapters/src/systems/' },
    },
    {
      name: 'processes-know-one-system',
      comment: 'The other side of an import or export is an argument.',
      severity: 'error',
      from: { path: '^packages/adapters/src/transfer/', pathNot: TESTS },
      to: { path: '^packages/adapters/src/systems/(?!windows-media/)' },
    },
    {
      name: 'protection-stays-in-the-pipeline',
      comment: 'Clear samples exist in operators/protection alone; others see its index and nothing behind it.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/pipeline/' },
      to: {
        path: '^(packages/pipeline/(src|dist)|@custody/pipeline)/operators/protection/',
        pathNot: '^packages/pipeline/src/operators/protection/index[.]ts$',
      },
    },
    {
      name: 'sources-know-no-tests',
      comment: 'Tests, benches and tools are not shipped.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: [TESTS, '/testing/'] },
      to: { path: [TESTS, '^(test|bench|tools|examples|docs)/', '/src/testing/', '/src/.+/testing/'] },
    },
    {
      name: 'published-kits-know-no-tests',
      comment: 'What a package offers for the tests of others is shipped; what stands in folders of its own tests is not.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/testing/', pathNot: TESTS },
      to: {
        path: [TESTS, '^(test|bench|tools|examples|docs)/', '^packages/[^/]+/src/[^/]+/.*testing/'],
        pathNot: '^packages/[^/]+/src/testing/',
      },
    },
    {
      name: 'every-file-is-reached',
      comment: 'A file that no entry reaches is dead, unless it is a test.',
      severity: 'error',
      from: { path: ENTRIES },
      to: { path: '^packages/[^/]+/src/', pathNot: [...ENTRIES, ...AWAITED, TESTS, '/testing/'], reachable: false },
    },
    {
      name: 'no-unknown-imports',
      comment: 'An import that leads nowhere, such as a folder without an index in another package.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'What is imported at run time is in the dependencies of the package itself; the command is bundled.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: [TESTS, '/testing/', '^packages/cli/'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: join(__dirname, 'tools/imports/tsconfig.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'require', 'node', 'default'],
      mainFields: ['types', 'main'],
    },
  },
}
