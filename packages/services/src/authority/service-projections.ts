import type { Projection } from '@custody/core/store'

import { MANAGEMENT_PROJECTIONS } from '../management/restored-computers'

/** Every read model of the services: what their log keeps, and what it is verified against. */
export const serviceProjections: ReadonlyArray<Projection> = MANAGEMENT_PROJECTIONS
