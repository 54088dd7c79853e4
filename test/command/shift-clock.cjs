// Loaded before the command (node --require): moves the system's time by CLOCK_SHIFT_HOURS, as an owner sets his clock.
const { performance } = require('node:perf_hooks')

const MILLISECONDS_PER_HOUR = 3_600_000

const shift = Number(process.env.CLOCK_SHIFT_HOURS) * MILLISECONDS_PER_HOUR
if (!Number.isFinite(shift)) throw new Error('CLOCK_SHIFT_HOURS must be a number')

const { timeOrigin } = performance
Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin + shift })
const now = Date.now
Date.now = () => now() + shift
