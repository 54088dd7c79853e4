/** One step of the bench in a process of its own, so that its memory is its own: takes JSON, answers JSON. */
import { measureRates } from './rates.mjs'
import { explanations, fill, query, replay } from './scale.mjs'

const STEPS = { rates: measureRates, fill, query, explanations, replay }
const [name, request] = process.argv.slice(2)

process.stdout.write(JSON.stringify(await STEPS[name](JSON.parse(request))))
// A connection pool would keep the process for a while.
process.exit(0)
