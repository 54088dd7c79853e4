/** One project, so that mutation testing can read it too. */
module.exports = {
  testEnvironment: 'node',
  // Jest leaves one core idle by default; on two cores that is half of the machine.
  maxWorkers: '100%',
  // Twice the machine's load is no failure; what hangs is found all the same.
  testTimeout: 20_000,
  roots: ['<rootDir>/packages', '<rootDir>/test', '<rootDir>/examples'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.types\\.test\\.ts$'],
  modulePathIgnorePatterns: ['<rootDir>/packages/[^/]+/dist/package.json'],
  transform: {
    '^.+\\.(ts|m?js)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
  },
  // jose and cookie ship ES modules only; everything else in node_modules is loaded as it is.
  transformIgnorePatterns: ['/node_modules/(?!(jose|cookie)/)', '/packages/[^/]+/dist/'],
  globalSetup: '<rootDir>/tools/jest/run-setup.cjs',
  globalTeardown: '<rootDir>/tools/jest/run-teardown.cjs',
  setupFiles: ['<rootDir>/tools/jest/fast-check-setup.cjs'],
  reporters: ['default', '<rootDir>/tools/jest/summary-reporter.cjs'],
}
