'use strict'
/**
 * Runs the bundled command, and where its code cache fits this engine, without compiling it: that is more than half of a short
 * command's time. A cache that does not fit, or is not there, is passed over.
 */
const { readFileSync } = require('node:fs')
const Module = require('node:module')
const { dirname } = require('node:path')
const vm = require('node:vm')

/** Hexadecimal digits of the SHA-256 that the bundle ends with, and its cache begins with: the engine compares lengths only. */
const MARK = 64

/** Where the cache of a bundle lies. */
const cacheOf = (built) => built.replace(/\.js$/, '.cache')

/** What the bundle ends with. */
const markOf = (source) => source.trimEnd().slice(-MARK)

const cacheFor = (built, source) => {
  try {
    const cache = readFileSync(cacheOf(built))
    return cache.toString('latin1', 0, MARK) === markOf(source) ? cache.subarray(MARK) : undefined
  } catch {
    return undefined
  }
}

/** Answers the compiled bundle, which was run as Node runs a module. */
const runBundle = (built) => {
  // Nothing but ASCII: read so, it takes a byte a character.
  const source = readFileSync(built, 'latin1')
  const script = new vm.Script(Module.wrap(source), {
    filename: built,
    cachedData: cacheFor(built, source),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const loaded = new Module(built, null)
  loaded.filename = built
  loaded.paths = Module._nodeModulePaths(dirname(built))
  script.runInThisContext().call(loaded.exports, loaded.exports, Module.createRequire(built), loaded, built, dirname(built))
  return { script, source }
}

module.exports = { cacheOf, markOf, runBundle }
