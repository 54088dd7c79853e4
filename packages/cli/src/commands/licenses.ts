import { addAddLicense } from './licenses/add-license'
import { addCleanLicenses } from './licenses/clean-licenses'
import { addDeleteLicense } from './licenses/delete-license'
import { addDistrustIssuer } from './licenses/distrust-issuer'
import { addListIssuers } from './licenses/list-issuers'
import { addListLicenses } from './licenses/list-licenses'
import { addQueryLicense } from './licenses/query-license'
import { addShowClock } from './licenses/show-clock'
import { addShowDevice } from './licenses/show-device'
import { addShowLicense } from './licenses/show-license'
import { addTitleLicense } from './licenses/title-license'
import { addTrustIssuer } from './licenses/trust-issuer'
import type { AddCommand, AddSubcommand } from './run'

const SUBCOMMANDS: ReadonlyArray<AddSubcommand> = [
  addListLicenses,
  addShowLicense,
  addQueryLicense,
  addAddLicense,
  addDeleteLicense,
  addCleanLicenses,
  addTitleLicense,
  addShowDevice,
  addListIssuers,
  addTrustIssuer,
  addDistrustIssuer,
  addShowClock,
]

/** Adds `licenses` and its subcommands. */
export const addLicenses: AddCommand = (program, perform) => {
  const group = program.command('licenses').description('the licenses of this home')
  for (const add of SUBCOMMANDS) add(group, perform)
}
