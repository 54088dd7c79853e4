/** The checks that are ours alone, each a step of `tools/check.mjs`: node tools/check/own-checks.mjs NAME */
import { join } from 'node:path'

import { brokenLinks } from './broken-links.mjs'
import { largeFiles } from './large-files.mjs'
import { packages } from './packages.mjs'
import { prohibitedWords } from './prohibited-words.mjs'
import { strayEntries } from './stray-entries.mjs'
import { trackedFiles, trackedTexts } from './tracked-files.mjs'

const exportedPaths = () =>
  new Set(packages().flatMap(({ name, manifest }) => [name, ...Object.keys(manifest.exports ?? {}).map((path) => join(name, path))]))

const CHECKS = {
  entries: () => strayEntries(packages(), trackedFiles()),
  links: () => {
    const texts = trackedTexts()
    const known = new Set(texts.map(({ path }) => path))
    return brokenLinks(texts, trackedFiles().filter((path) => !known.has(path)), exportedPaths())
  },
  words: () => prohibitedWords(trackedTexts()),
  sizes: () => largeFiles(trackedFiles()),
}

const name = process.argv[2]
const check = CHECKS[name]
if (check === undefined) throw new Error(`no check is named ${name}; there are ${Object.keys(CHECKS).join(', ')}`)
const problems = check()
for (const problem of problems) console.log(problem)
process.exitCode = problems.length === 0 ? 0 : 1
