/** The folders that may touch files. */
const FILES = [
  'packages/core/src/store/sqlite',
  'packages/core/src/home',
  'packages/core/src/device',
  'packages/core/src/individualization',
  'packages/core/src/backup',
  'packages/services/src/authority',
  'packages/services/src/individualization',
  'packages/pipeline/src/io',
  'packages/pipeline/src/testing',
  'packages/cli/src',
]

/** Modules of Node's by the folders that may import them (R20). An empty list: nobody. */
export const PORT_MODULES = {
  fs: FILES,
  child_process: [],
  cluster: [],
  dgram: [],
  dns: [],
  http: [],
  http2: [],
  https: [],
  inspector: ['packages/pipeline/src/testing/canary'],
  module: [],
  net: [],
  repl: [],
  tls: [],
  vm: [],
  worker_threads: ['packages/adapters/src/workers', 'packages/core/src/license/acceptance-threads', 'packages/pipeline/src/io'],
}

/** Values of the runtime's own by the folders that may use them (R20). */
export const PORT_GLOBALS = {
  EventSource: [],
  Function: [],
  WebSocket: [],
  Worker: [],
  XMLHttpRequest: [],
  eval: [],
  fetch: ['packages/services/src/transport'],
  'process.binding': [],
  'process.dlopen': [],
}
