/** A text that one rule refuses, and the nearest place or text that the same rule accepts. */
export interface Breach {
  readonly name: string
  readonly rule: string
  /** Where the text is said to stand; no such file exists. */
  readonly path: string
  readonly text: string
  readonly allowed: { readonly path?: string; readonly text?: string }
}

const RANDOMNESS = 'custody/system-randomness-only'
const POOLED = 'custody/no-pooled-secrets'
const PORTS = 'custody/declared-ports-only'
const CONSTANT_TIME = 'custody/constant-time-compare'

const inRandom = { path: 'packages/core/src/random/planted.ts' }
const inClock = { path: 'packages/core/src/clock/planted.ts' }
const outside = { path: 'packages/core/src/encoding/planted.ts' }
const inIo = { path: 'packages/pipeline/src/io/planted.ts' }
const inTools = { path: 'bench/planted.mjs' }

const CORE = 'packages/core/src/license/planted.ts'
const SECRET = 'packages/core/src/vault/planted.ts'
const PIPELINE = 'packages/pipeline/src/asf/planted.ts'
const ADAPTERS = 'packages/adapters/src/systems/clear-key/planted.ts'
const SEALED = 'packages/pipeline/src/operators/protection/planted.ts'
const CIPHER = 'packages/pipeline/src/cipher/planted.ts'
const inTestSupport = { path: 'packages/pipeline/src/asf/testing/planted.ts' }
const DECIDER = 'packages/core/src/license/planted-decider.ts'

type Row = readonly [text: string, allowed: Breach['allowed'], path?: string]

const breaches = (about: string, rule: string, path: string, rows: ReadonlyArray<Row>): ReadonlyArray<Breach> =>
  rows.map(([text, allowed, at = path]) => ({
    name: `${about}: ${text.split('\n')[0]?.slice(0, 90) ?? ''}`,
    rule,
    path: at,
    text: `${text}\n`,
    allowed: allowed.text === undefined ? allowed : { ...allowed, text: `${allowed.text}\n` },
  }))

const randomness = breaches('R15 randomness comes through its port', RANDOMNESS, CORE, [
  ['const dice = Math.random()', inRandom],
  ["const dice = Math['random']()", inRandom],
  ['const { random } = Math', inRandom],
  ["import { randomBytes } from 'node:crypto'", inRandom],
  ["import { randomUUID as id } from 'crypto'", inRandom],
  ["import * as crypto from 'node:crypto'\nconst key = crypto.randomFillSync(new Uint8Array(16))", inRandom],
  ["import crypto from 'node:crypto'\nconst n = crypto.randomInt(3)", inRandom],
  ["import { webcrypto } from 'node:crypto'", inRandom],
  ["export { randomBytes } from 'node:crypto'", inRandom],
  ['const bytes = crypto.getRandomValues(new Uint8Array(16))', inRandom],
  ['const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))', inRandom],
  // A port may be called as the system's function is: it is somebody else's value.
  ['const key = crypto.randomUUID()', { text: 'const make = (crypto: Port) => crypto.randomUUID()' }],
  ['const now = Date.now()', inClock],
  ['const now = new Date()', { text: 'const then = new Date(0)' }],
  ['const now = new globalThis.Date()', inClock],
  ['const now = Date()', inClock],
  ['const now = performance.now()', inClock],
  ["import { performance } from 'node:perf_hooks'", inClock],
  ['const now = process.hrtime.bigint()', inClock],
  ["import { hrtime } from 'node:process'", inClock],
  ['const now = Date.now()', inTools],
])

const pooled = breaches('R5 secrets are neither pooled nor strings', POOLED, SECRET, [
  ["const key = Buffer.from('00112233', 'hex')", outside],
  ['const key = Buffer.from(bytes)', { text: 'const key = Buffer.from(bytes.buffer, 0, 16)' }],
  ["import { Buffer } from 'node:buffer'\nconst key = Buffer.from(bytes)", outside],
  ['const key = Buffer.allocUnsafe(16)', { text: 'const key = Buffer.alloc(16)' }],
  ['const both = Buffer.concat([a, b])', outside],
  ['const one = Buffer.of(1, 2)', outside],
  ["const text = key.toString('hex')", { text: 'const text = (15).toString(16)' }],
  ["const text = key.toString('base64url')", outside],
  ["const text = key.toString('latin1')", { path: 'packages/core/src/vault/planted.test.ts' }],
  ["const jwk = key.export({ format: 'jwk' })", outside],
  ["const bytes = key.export({ format: 'der' })", { path: 'packages/core/src/device/private-key.ts' }],
  ["const text = key.toString('utf8')", { path: PIPELINE }, CIPHER],
  ["const text = key.toString('utf8')", outside, SEALED],
])

const inSecret = { path: 'packages/core/src/secret/planted.ts' }
const constantTime = breaches('R14 secrets are compared in constant time', CONSTANT_TIME, CORE, [
  ["import { timingSafeEqual } from 'node:crypto'", inSecret],
  ["import { timingSafeEqual as same } from 'crypto'", inSecret],
  ["export { timingSafeEqual } from 'node:crypto'", inSecret],
  ["import * as crypto from 'node:crypto'\nconst same = crypto.timingSafeEqual(a, b)", inSecret],
  ['const same = secret === other', { text: 'const missing = secret === undefined' }],
  ['const same = other !== ownSecret', { text: 'const same = secretLength === 16' }],
  ['const same = block.blind === other', { text: 'const same = block.kind === other' }],
  ['const same = contentKey == other', { text: 'const same = contentKeyId === other' }],
  ['const same = passphrase() === other', { text: 'const same = equalBytes(passphrase(), other)' }],
  ['const same = own.secret!.text === own.mac!', { text: 'const same = own.secret!.text === own.digest!' }],
  ['const same = Buffer.compare(secret, other) === 0', { text: 'const order = Buffer.compare(digest, other)' }],
  ['const same = seed.equals(other)', { text: 'const same = digest.equals(other)' }],
  ['const same = other.equals(sessionKey)', { text: 'const same = other.equals(publicKey)' }],
  ['const known = passwords.includes(password)', { text: 'const known = names.includes(name)' }],
  ['const same = secret === other', { path: 'packages/core/src/license/planted.test.ts' }, 'packages/cli/src/planted.ts'],
])

const ports = breaches('R20 only declared ports reach outside', PORTS, PIPELINE, [
  ["import { readFile } from 'node:fs/promises'", inIo],
  ["import fs from 'fs'", { path: 'packages/core/src/store/sqlite/planted.ts' }],
  ["import { open } from 'node:fs'", { text: "import type { Stats } from 'node:fs'" }],
  ["export { open } from 'node:fs'", inIo],
  ["const fs = await import('node:fs')", inIo],
  ["const fs = require('node:fs')", inIo],
  ["import fs = require('node:fs')", inIo],
  ["const fs = process.getBuiltinModule('node:fs')", inIo],
  ["import { readFileSync } from 'node:fs'", { path: 'packages/cli/src/planted.ts' }, ADAPTERS],
  ["import { connect } from 'node:net'", { path: 'test/planted.ts' }],
  ["import { request } from 'node:https'", { path: 'bench/planted.mjs' }, 'packages/cli/src/planted.ts'],
  ["import { lookup } from 'node:dns/promises'", { text: "import { isIP } from 'node:url'" }],
  ["import { spawn } from 'node:child_process'", { path: 'packages/pipeline/src/io/planted.test.ts' }, inIo.path],
  ["import { Worker } from 'node:worker_threads'", { path: 'bench/planted.mjs' }],
  ["import { readFileSync } from 'node:fs'", inTestSupport, 'packages/pipeline/src/lease/planted.ts'],
  ["import { createSocket } from 'node:dgram'", { path: 'bench/planted.mjs' }],
  ["import { connect } from 'node:tls'", { path: 'bench/planted.mjs' }],
  ["const answer = await fetch('https://example.org')", { text: 'const ask = (fetch: Port) => fetch(1)' }],
  ["const answer = await globalThis.fetch('https://example.org')", { path: 'bench/planted.mjs' }],
  ["const socket = new WebSocket('wss://example.org')", { text: 'const f = (port: Port) => port.WebSocket' }],
  ["process.dlopen(module, 'addon.node')", { path: 'bench/planted.mjs' }],
  ["eval('1')", { text: 'const decider = { eval: 1 }' }],
  ["const run = new Function('return 1')", { text: 'const f = (run: Function) => run' }],
])

const sharing = breaches('a batch has one owner', 'no-restricted-imports', PIPELINE, [
  ["import { share } from 'rxjs'", { path: 'packages/core/src/backup/planted.ts' }],
  ["import { shareReplay as keep } from 'rxjs'", { text: "import { concatMap } from 'rxjs'" }],
  ["import { connect } from 'rxjs'", { text: "import { map } from 'rxjs'" }, ADAPTERS],
  ["import { connectable } from 'rxjs'", { text: "import { merge } from 'rxjs'" }],
  ["import { multicast, refCount } from 'rxjs/operators'", { text: "import { mergeMap } from 'rxjs/operators'" }],
  ["import { share } from 'rxjs/internal/operators/share'", { text: "import { map } from 'rxjs'" }, ADAPTERS],
  ["import { retry } from 'rxjs/operators'", { text: "import { map } from 'rxjs/operators'" }, ADAPTERS],
  ["import { repeat } from 'rxjs'", { path: 'packages/pipeline/src/asf/planted.test.ts' }],
  ["import * as rx from 'rxjs'", { text: "import type { Observable } from 'rxjs'" }],
])

const deciders = breaches('a decider is pure', '@typescript-eslint/no-restricted-imports', DECIDER, [
  ["import { map } from 'rxjs'", { path: CORE }],
  ["import type { Observable } from 'rxjs'", { path: CORE }],
  ["import * as TE from 'fp-ts/TaskEither'", { text: "import * as E from 'fp-ts/Either'" }],
  ["import type { Task } from 'fp-ts/Task'", { path: CORE }, 'packages/core/src/license/decide.ts'],
  ["import { taskEither } from 'fp-ts'", { text: "import { either } from 'fp-ts'" }],
])

const shape = [
  ...breaches('a decider waits for nothing', 'no-restricted-syntax', DECIDER, [
    ['const decide = async () => 1', { text: 'const decide = () => 1' }],
    ['const wait = new Promise(() => 1)', { path: CORE }],
  ]),
  ...breaches('a folder lists its exports by name', 'no-restricted-syntax', CORE, [
    ["export * from './license'", { text: "export { license } from './license'" }],
    ["export * as license from './license'", { text: "import * as license from './license'" }],
    ['enum Colour { Red }', { text: "type Colour = 'red'" }],
  ]),
  ...breaches('exports have names', 'no-restricted-exports', CORE, [
    ['export default 1', { text: 'export const one = 1' }],
    ["export { one as default } from './one'", { text: "export { one } from './one'" }],
  ]),
  ...breaches('types say what a value is', '@typescript-eslint/no-explicit-any', CORE, [
    ['const license: any = 1', { text: 'const license: unknown = 1' }],
  ]),
  ...breaches('a comment cannot turn a rule off', '@typescript-eslint/no-explicit-any', CORE, [
    ['const license: any = 1 // eslint-disable-line', { text: 'const license: unknown = 1' }],
  ]),
  ...breaches('a file has one concept', 'max-lines', CORE, [
    ['const one = 1\n'.repeat(401), { text: 'const one = 1\n'.repeat(390) }],
    ['const one = 1\n'.repeat(401), { path: 'packages/pipeline/src/asf/guid/header-guids.ts' }],
  ]),
  ...breaches('a function is short', 'max-lines-per-function', CORE, [
    [`const run = () => {\n${'  step()\n'.repeat(60)}}`, { text: `const run = () => {\n${'  step()\n'.repeat(50)}}` }],
  ]),
  ...breaches('unfinished work is not marked in the code', 'no-warning-comments', CORE, [
    [`// TO${'DO'}: the rest`, { text: '// The rest is done by the caller.' }],
  ]),
  ...breaches('bounds are checked', 'custody/few-non-null-assertions', CORE, [
    ['a[0]!\n'.repeat(13), { text: 'a[0]!\n'.repeat(12) }],
  ]),
  ...breaches('files are named after concepts', 'custody/file-names', CORE, [
    ['const one = 1', { path: CORE }, 'packages/core/src/license/utils.ts'],
    ['const one = 1', { path: CORE }, 'packages/core/src/helpers/license.ts'],
    ['const one = 1', { path: 'packages/core/src/license/one.types.test.ts' }, 'packages/core/src/license/types.ts'],
    ['const one = 1', { path: CORE }, 'packages/core/src/license/licenseState.ts'],
  ]),
  ...breaches('each export says what it is for', 'custody/docstring-on-export', CORE, [
    ['export const one = 1', { text: '/** Where counting begins. */\nexport const one = 1' }],
    ['// Where counting begins.\nexport const one = 1', { text: 'const one = 1' }],
    ['/** Far away. */\n\n\nexport const one = 1', { text: '/** Near. */\nexport const one = 1' }],
    ['/** @source nowhere */\nexport const one = 1', { text: '/** One.\n * @source a page */\nexport const first = 1' }],
    ['/** one is one. */\nexport const one = 1', { text: '/** Where one begins. */\nexport const one = 1' }],
    ['export interface Right { readonly a: 1 }', { text: 'export interface RightBrand { readonly a: 1 }' }],
    ['export function add(): 1', { text: '/** Adds. */\nexport function add(): 1\nexport function add(): 1 { return 1 }' }],
    ['const one = 1\nexport { one }', { text: "import { one } from './one'\nexport { one }" }],
    [
      'export type Key = 1',
      { text: '/** Names a key. */\nexport const Key = 1\nexport type Key = 1' },
    ],
  ]),
]

/** All of them, each with its own test. */
export const BREACHES: ReadonlyArray<Breach> = [
  ...randomness,
  ...pooled,
  ...constantTime,
  ...ports,
  ...sharing,
  ...deciders,
  ...shape,
]
