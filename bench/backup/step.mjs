/** One step of the bench in a process of its own, so that its memory is its own: takes JSON, answers JSON. */
import { backup, crowd, fill, restore } from './steps.mjs'

const STEPS = { fill, backup, restore, crowd }
const [name, request] = process.argv.slice(2)

process.stdout.write(JSON.stringify(await STEPS[name](JSON.parse(request))))
// A connection pool would keep the process for a while.
process.exit(0)
