/**
 * Packs each package as it would be published and lets a linter judge the tarballs.
 *
 * usage: node tools/check/published-packages.mjs publint|attw      (after a build)
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { packages, ROOT } from './packages.mjs'

const bin = (name) => join(ROOT, 'node_modules', '.bin', name)

/**
 * The profile `node16` leaves out how TypeScript resolved before `exports`: our packages have several entries and
 * no main file, and that resolution knows neither. Everything else is on, the import from ES modules too.
 */
const LINTERS = {
  publint: { judges: () => true, command: (tarball) => [bin('publint'), ['run', tarball, '--strict', '--pack', 'false']] },
  attw: {
    // The command has nothing to import and so no types to judge.
    judges: ({ entries }) => entries.length > 0,
    command: (tarball) => [bin('attw'), [tarball, '--profile', 'node16', '--no-emoji', '--no-color', '--format', 'table-flipped']],
  },
}

const run = (command, args) => spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' })

const pack = ({ folder }, into) => {
  const packed = run('npm', ['pack', `./${folder}`, '--ignore-scripts', '--json', '--pack-destination', into])
  if (packed.status !== 0) throw new Error(packed.stderr)
  return join(into, JSON.parse(packed.stdout)[0].filename)
}

const linter = LINTERS[process.argv[2]]
if (linter === undefined) throw new Error(`name one of ${Object.keys(LINTERS).join(', ')}`)
const scratch = mkdtempSync(join(tmpdir(), 'custody-pack-'))
try {
  for (const pkg of packages().filter(linter.judges)) {
    const judged = run(...linter.command(pack(pkg, scratch)))
    if (judged.status === 0) continue
    console.log(`${pkg.name}\n${judged.stdout}${judged.stderr}`)
    process.exitCode = 1
  }
} finally {
  rmSync(scratch, { recursive: true })
}
