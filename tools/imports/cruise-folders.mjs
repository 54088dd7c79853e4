/**
 * Cruises each folder that is named on the command line by the configuration of the first, all in one process,
 * and prints their violations as JSON, one array per folder. For the test that plants breaches.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'

import { cruise } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const require = createRequire(import.meta.url)

const violationsOf = async (folder) => {
  process.chdir(folder)
  const config = join(folder, '.dependency-cruiser.cjs')
  const options = await extractDepcruiseOptions(config)
  const tsConfig = extractTSConfig(require(config).options.tsConfig.fileName)
  const { output } = await cruise(['packages'], options, {}, { tsConfig })
  return output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }))
}

const answers = []
for (const folder of process.argv.slice(2)) answers.push(await violationsOf(folder))
process.stdout.write(JSON.stringify(answers))
