export { IndividualizationIssued } from './individualization-event'
export { individualizationService, type IndividualizationOptions } from './individualization-service'
export type { Enabler } from './package-lines'
