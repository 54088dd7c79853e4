// Loaded before the command (node --require): reports each use of a network or of another process on standard error.
const childProcess = require('node:child_process')
const dgram = require('node:dgram')
const dns = require('node:dns')
const net = require('node:net')

const { writeSync } = require('node:fs')

const STANDARD_ERROR = 2

const report = (owner, name, label) => {
  const plain = owner[name]
  owner[name] = function (...given) {
    writeSync(STANDARD_ERROR, `used: ${label}\n`)
    return plain.apply(this, given)
  }
}

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  report(childProcess, name, `child_process.${name}`)
}
report(net.Socket.prototype, 'connect', 'net.Socket.connect')
report(net.Server.prototype, 'listen', 'net.Server.listen')
report(dgram, 'createSocket', 'dgram.createSocket')
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) report(dns, name, `dns.${name}`)
