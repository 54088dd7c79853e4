import { openBackupProjection } from '../backup/open-backups'
import { catalogProjections } from '../catalog/catalog-projections'
import { revocationProjection } from '../revocation/revocation-read-model'
import type { Projection } from '../store/event-store'
import { vaultProjections } from '../vault/read-models'

/** Every read model of a home: what its store keeps, and what it is verified against. */
export const homeProjections: ReadonlyArray<Projection> = [
  ...vaultProjections,
  ...catalogProjections,
  revocationProjection,
  openBackupProjection,
]
