import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const COMMAND = join(__dirname, '..', '..', 'bin', 'custody.js')
const FULL = '/dev/full'

describe('standard output that takes no more', () => {
  const root = mkdtempSync(join(tmpdir(), 'custody-output-'))
  afterAll(() => {
    rmSync(root, { recursive: true, force: true })
  })
  const shell = (line: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync('/bin/bash', ['--norc', '-c', `custody() { "$NODE" "$COMMAND" "$@"; }; ${line}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE: process.execPath,
        COMMAND,
        CUSTODY_HOME: join(root, 'home'),
        CUSTODY_MACHINE: join(root, 'machine'),
      },
    })

  it('a reader that had enough is no failure', () => {
    // The reader is gone before the first line comes.
    const { stdout, stderr } = shell('custody events | true; echo "${PIPESTATUS[0]}"')
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
  })

  const [onFull, reason] = existsSync(FULL) ? [it, ''] : [it.skip, ` (this system has no ${FULL})`]
  onFull.each(['events', 'adapters', '--json events'])(`a full disk under %s: exit 4, one line, no stack${reason}`, (words) => {
    const { status, stderr } = shell(`custody ${words} > ${FULL}`)
    expect({ status, stderr }).toEqual({ status: 4, stderr: 'custody: cannot write standard output: ENOSPC\n' })
  })
})
