/**
 * Compares the public types of each package entry with the report that is committed under docs/reference/api.
 *
 * usage: node tools/api-report.mjs [--update]      (after a build: the declarations are read from dist)
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'

import { packages, ROOT } from './check/packages.mjs'

const REPORTS = join(ROOT, 'docs/reference/api')
const update = process.argv.includes('--update')
const scratch = mkdtempSync(join(tmpdir(), 'custody-api-'))

/** `core` and `./store/sqlite` give `core-store-sqlite`. */
const reportName = ({ short }, { path }) => [short, ...path.split('/').slice(1)].join('-')

const silent = { logLevel: 'none' }

const configFor = (pkg, entry) =>
  ExtractorConfig.prepare({
    configObjectFullPath: join(ROOT, pkg.folder, 'api-extractor.json'),
    packageJsonFullPath: join(ROOT, pkg.folder, 'package.json'),
    configObject: {
      projectFolder: join(ROOT, pkg.folder),
      mainEntryPointFilePath: entry.declaration,
      compiler: { tsconfigFilePath: join(ROOT, pkg.folder, 'tsconfig.json'), skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFileName: `${reportName(pkg, entry)}.api.md`,
        reportFolder: scratch,
        reportTempFolder: scratch,
        includeForgottenExports: false,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: silent },
        // We have no release tags, and our own docstring tags (@errors, @source) are not TSDoc's.
        extractorMessageReporting: { default: silent },
        tsdocMessageReporting: { default: silent },
      },
    },
  })

const report = (pkg, entry, compilerState) => {
  const config = configFor(pkg, entry)
  Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    showVerboseMessages: false,
    messageCallback: (message) => {
      message.handled = true
    },
  })
  // The header names the package alone; a reader wants the path that is imported.
  const text = readFileSync(config.reportTempFilePath, 'utf8')
  return text.replace(/"(@custody\/[^"]*)"/, `"${join(pkg.name, entry.path)}"`)
}

/** One compiler for all entries of a package: loading it is nearly all of the time. */
const reportsOf = (pkg) => {
  if (pkg.entries.length === 0) return []
  const [first, ...others] = pkg.entries
  const state = CompilerState.create(configFor(pkg, first), {
    additionalEntryPoints: others.map(({ declaration }) => declaration),
  })
  return pkg.entries.map((entry) => [`${reportName(pkg, entry)}.api.md`, report(pkg, entry, state)])
}

const compare = (current) => {
  const problems = []
  for (const [name, text] of current) {
    const path = join(REPORTS, name)
    const committed = existsSync(path) ? readFileSync(path, 'utf8') : undefined
    if (committed === text) continue
    if (update) writeFileSync(path, text)
    else problems.push(committed === undefined ? `${name} is not committed` : `${name} differs from the code`)
  }
  for (const name of readdirSync(REPORTS).filter((file) => file.endsWith('.api.md'))) {
    if (current.has(name)) continue
    if (update) rmSync(join(REPORTS, name))
    else problems.push(`${name} belongs to no entry`)
  }
  return problems
}

const main = () => {
  mkdirSync(REPORTS, { recursive: true })
  const all = packages()
  const absent = all.flatMap((pkg) =>
    pkg.entries.filter(({ declaration }) => !existsSync(declaration)).map(({ path }) => join(pkg.name, path))
  )
  for (const path of absent) console.error(`${path} is not built`)
  const built = all.map((pkg) => ({ ...pkg, entries: pkg.entries.filter(({ declaration }) => existsSync(declaration)) }))
  const current = new Map(built.flatMap(reportsOf))
  const problems = compare(current)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) console.error('Is the change meant? Then: node tools/api-report.mjs --update')
  console.log(`${current.size} reports ${update ? 'written' : 'compared'}`)
  return problems.length + absent.length === 0 ? 0 : 1
}

try {
  process.exitCode = main()
} finally {
  rmSync(scratch, { recursive: true })
}
