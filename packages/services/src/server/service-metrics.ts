import { Counter, Histogram, Registry } from 'prom-client'

/** Figures of one application. Labels are names of routes, statuses and reasons: nothing of a request itself. */
export interface ServiceMetrics {
  readonly request: (route: string, status: number, seconds: number) => void
  readonly refusal: (reason: string) => void
  /** All figures in Prometheus's text form. */
  readonly text: () => Promise<string>
  readonly mediaType: string
}

const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]

/** Counts into a registry of its own, so that two applications in one process do not mix. */
export const serviceMetrics = (): ServiceMetrics => {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'custody_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'custody_request_seconds',
    help: 'Time from a request to the end of its reply.',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers,
  })
  const refusals = new Counter({
    name: 'custody_refusals_total',
    help: 'Refusals by reason.',
    labelNames: ['reason'],
    registers,
  })
  return {
    request: (route, status, seconds) => {
      requests.inc({ route, status: String(status) })
      durations.observe({ route }, seconds)
    },
    refusal: (reason) => refusals.inc({ reason }),
    text: () => registry.metrics(),
    mediaType: registry.contentType,
  }
}
