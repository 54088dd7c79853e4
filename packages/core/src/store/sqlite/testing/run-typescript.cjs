/** Runs a TypeScript file of this package in a Node process of its own: `node run-typescript.cjs <file> [arguments]`. */
const { transformFileSync } = require('@swc/core')

require.extensions['.ts'] = (module, filename) => {
  const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }
  module._compile(transformFileSync(filename, { ...options, swcrc: false, sourceMaps: 'inline' }).code, filename)
}

require(process.argv[2])
