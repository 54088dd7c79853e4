/**
 * The program of threads, but one that is lost as soon as the first bytes of a job are written: by its input's name the thread
 * exits, or takes memory until it has none.
 */
const { runTask } = require('../../../dist/systems/transfer.worker.js')

const lose = (input) => {
  if (input.includes('exits')) process.exit(3)
  if (!input.includes('hoards')) return
  const hoard = []
  for (;;) hoard.push(Array.from({ length: 100_000 }, (_, index) => index / 3))
}

exports.runTask = (task) => {
  const tell = task.port.postMessage.bind(task.port)
  task.port.postMessage = (message) => {
    tell(message)
    if (message.type === 'Progress') lose(task.job.input)
  }
  return runTask(task)
}
