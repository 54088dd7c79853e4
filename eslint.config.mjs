import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import tseslint from 'typescript-eslint'

import { PORT_GLOBALS, PORT_MODULES } from './tools/eslint/declared-ports.mjs'
import { KEY_EXPORTS } from './tools/eslint/key-exports.mjs'
import { custody } from './tools/eslint/plugin.mjs'
import { TABLES } from './tools/eslint/tables.mjs'

const root = dirname(fileURLToPath(import.meta.url))

const SOURCES = ['packages/*/src/**/*.ts']
const TESTS = ['**/*.test.ts', 'test/**/*.ts']
/** Kits and doubles of one folder's tests; `src/testing/` itself is published and counts as a source. */
const TEST_SUPPORT = ['packages/*/src/*/**/testing/**/*.ts']
const PROGRAMS = ['examples/**/*.ts', 'docs/examples/**/*.ts']
const SECRET_FOLDERS = [
  'packages/core/src/{secret,device,vault,license,transfer,home}/**/*.ts',
  'packages/pipeline/src/{cipher,operators/protection}/**/*.ts',
]
const DECIDERS = ['**/*-decider.ts', '**/decide.ts']
/** On a leased batch these run a source twice or replay what was released (architecture §4). */
const SHARING = [
  'connect',
  'connectable',
  'multicast',
  'publish',
  'publishBehavior',
  'publishLast',
  'publishReplay',
  'refCount',
  'repeat',
  'repeatWhen',
  'retry',
  'retryWhen',
  'share',
  'shareReplay',
]

/** How the text looks. ESLint keeps these rules for those who use no formatter. */
const layout = {
  'comma-dangle': [
    'error',
    {
      arrays: 'always-multiline',
      objects: 'always-multiline',
      imports: 'always-multiline',
      exports: 'always-multiline',
      functions: 'never',
    },
  ],
  'eol-last': 'error',
  'max-len': ['error', { code: 140, ignoreUrls: true }],
  'no-trailing-spaces': 'error',
  quotes: ['error', 'single', { avoidEscape: true, allowTemplateLiterals: true }],
  semi: ['error', 'never'],
}

/** Rules that need no types and hold for every TypeScript file. */
const everywhere = {
  eqeqeq: ['error', 'always'],
  'max-lines': ['error', { max: 400 }],
  'no-console': 'error',
  'no-else-return': 'error',
  'no-restricted-exports': [
    'error',
    { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportAllDeclaration', message: 'Name each export: `export *` hides what a folder offers.' },
    { selector: 'TSExportAssignment', message: 'Named exports only.' },
    { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
    { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'A file is the only namespace.' },
  ],
  'no-var': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
  'prefer-const': 'error',
  '@typescript-eslint/ban-ts-comment': [
    'error',
    { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 3 },
  ],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-require-imports': 'error',
  'custody/few-non-null-assertions': ['error', 12],
  'custody/file-names': 'error',
}

/** What the strict set says, bent where fp-ts, io-ts and our phantom types need it. */
const typed = {
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  // The state of a batch is a type parameter that is used once, on purpose.
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  // A task of fp-ts is a function to a promise, whether or not it has something to wait for.
  '@typescript-eslint/require-await': 'off',
  // io-ts calls its own classes deprecated where only its functions should be called; their types have no other name.
  '@typescript-eslint/no-deprecated': ['error', { allow: [{ from: 'package', name: ['StrictType'], package: 'io-ts' }] }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
  ],
  // Counted by our own rule instead: some indexes are known to be in range.
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  // `interface` and `type` both have their place: a union cannot be an interface.
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
}

const sourceOnly = {
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true }],
  'custody/constant-time-compare': ['error', { places: ['packages/core/src/secret'] }],
  'custody/declared-ports-only': ['error', { modules: PORT_MODULES, globals: PORT_GLOBALS }],
  'custody/system-randomness-only': [
    'error',
    { randomness: ['packages/core/src/random'], clock: ['packages/core/src/clock'] },
  ],
}

/** Jest's matchers and fast-check's generators make these say more about Jest than about the test. */
const looserInTests = {
  'max-lines': 'off',
  'no-console': 'off',
  '@typescript-eslint/no-base-to-string': 'off',
  '@typescript-eslint/no-confusing-void-expression': 'off',
  '@typescript-eslint/no-deprecated': 'off',
  '@typescript-eslint/no-empty-function': 'off',
  '@typescript-eslint/no-misused-spread': 'off',
  '@typescript-eslint/no-unnecessary-condition': 'off',
  '@typescript-eslint/no-unnecessary-template-expression': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/only-throw-error': 'off',
  '@typescript-eslint/restrict-plus-operands': 'off',
  '@typescript-eslint/restrict-template-expressions': 'off',
  '@typescript-eslint/switch-exhaustiveness-check': 'off',
  '@typescript-eslint/unbound-method': 'off',
  'custody/few-non-null-assertions': 'off',
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'coverage/**', 'reports/**', 'bench/work/**', '.cache/**'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { custody },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: { ...everywhere, ...typed },
  },
  { files: SOURCES, ignores: TESTS, rules: { 'custody/docstring-on-export': 'error' } },
  { files: SOURCES, ignores: [...TESTS, ...TEST_SUPPORT], rules: sourceOnly },
  {
    files: [...TESTS, ...TEST_SUPPORT, ...PROGRAMS, 'packages/*/src/testing/**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, project: ['tsconfig.tests.json'], tsconfigRootDir: root } },
  },
  { files: [...TESTS, ...TEST_SUPPORT, ...PROGRAMS], rules: looserInTests },
  // A line that must not compile is the point of these, and the compiler judges it: see tsconfig.tests.json.
  { files: ['**/*.types.test.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  { files: TABLES, rules: { 'max-lines': 'off' } },
  {
    files: SECRET_FOLDERS,
    ignores: [...TESTS, ...TEST_SUPPORT],
    rules: { 'custody/no-pooled-secrets': ['error', { mayExport: KEY_EXPORTS }] },
  },
  {
    files: ['packages/{pipeline,adapters}/src/**/*.ts'],
    ignores: [...TESTS, ...TEST_SUPPORT],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['rxjs', 'rxjs/operators'].map((name) => ({
            name,
            importNames: SHARING,
            message: 'A batch has one owner: use fanOut for several targets, and retry inside a port.',
          })),
          patterns: [{ group: ['rxjs/internal/**'], message: 'Import from rxjs: its inner paths go round the rules for batches.' }],
        },
      ],
    },
  },
  {
    files: DECIDERS,
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': [
        ...everywhere['no-restricted-syntax'],
        { selector: ':function[async=true]', message: 'A decider waits for nothing.' },
        { selector: 'NewExpression[callee.name="Promise"]', message: 'A decider waits for nothing.' },
      ],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'fp-ts',
              importNames: ['io', 'ioEither', 'readerTaskEither', 'task', 'taskEither', 'taskOption'],
            },
          ],
          patterns: [
            { group: ['rxjs', 'rxjs/*'], message: 'A decider knows no stream.' },
            { regex: '^fp-ts/(es6/|lib/)?(.*Task.*|IO.*|State.*IO.*|Random|Date)$', message: 'A decider has no effect.' },
          ],
        },
      ],
    },
  },
  {
    files: ['packages/cli/src/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.{ts,mjs,cjs,js}'], rules: layout },
  // Expectations are written as they stand in a specification or a file, on one line.
  {
    files: [...TESTS, ...TEST_SUPPORT],
    rules: { 'max-len': ['error', { code: 140, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true }] },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    rules: {
      eqeqeq: ['error', 'always'],
      'max-lines': ['error', { max: 400 }],
      'no-constant-binary-expression': 'error',
      'no-dupe-keys': 'error',
      'no-duplicate-imports': 'error',
      'no-redeclare': 'error',
      'no-self-assign': 'error',
      'no-unreachable': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-use-before-define': ['error', { functions: false, variables: false }],
      'no-var': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'prefer-const': 'error',
    },
  },
  // One program of two halves, the page's and ours: what runs in the browser is sent there as text.
  { files: ['test/players/eme-play.mjs'], rules: { 'max-len': 'off', 'max-lines': 'off' } }
)
