export type { Clock } from './clock'
export { ClockAccepted, ClockReanchored, ClockSetBack } from './clock-event'
export { systemClock } from './system-clock'
