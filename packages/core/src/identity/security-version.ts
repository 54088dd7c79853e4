import * as t from 'io-ts'

export interface SecurityVersionBrand {
  readonly SecurityVersion: unique symbol
}

export interface RequiredVersionBrand {
  readonly RequiredVersion: unique symbol
}

const NUMBER = '(?:0|[1-9][0-9]{0,4})'
const INSTALLED = new RegExp(`^${NUMBER}\\.${NUMBER}\\.0\\.[01]$`)
const REQUIRED = new RegExp(`^${NUMBER}\\.${NUMBER}$`)

/**
 * The installed version of the security subsystem, `major.minor.0.individualized`, as in `2.4.0.1`.
 *
 * @source Windows Media Format 11 SDK, "IWMDRMSecurity::GetSecurityVersion" (IN-1)
 */
export const SecurityVersion = t.brand(
  t.string,
  (text): text is t.Branded<string, SecurityVersionBrand> => INSTALLED.test(text),
  'SecurityVersion'
)
export type SecurityVersion = t.TypeOf<typeof SecurityVersion>

/** The version that content or a license demands: the first two numbers only, as in `2.2` (IN-2). */
export const RequiredVersion = t.brand(
  t.string,
  (text): text is t.Branded<string, RequiredVersionBrand> => REQUIRED.test(text),
  'RequiredVersion'
)
export type RequiredVersion = t.TypeOf<typeof RequiredVersion>

/** Whether the subsystem was individualized: its fourth number is 1. */
export const isIndividualized = (installed: SecurityVersion): boolean => installed.endsWith('.1')

/** Orders two versions by major, then minor, as numbers: 2.10 is above 2.9. Negative, zero or positive. */
export const compareVersions = (
  left: SecurityVersion | RequiredVersion,
  right: SecurityVersion | RequiredVersion
): number => {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number)
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number)
  return leftMajor - rightMajor || leftMinor - rightMinor
}

/**
 * Whether an installed version meets a stated requirement; an unindividualized one meets none (IN-3), and a text that is no
 * version neither meets anything nor is met (R6).
 */
export const satisfiesVersion = (installed: SecurityVersion, required: RequiredVersion): boolean =>
  INSTALLED.test(installed) &&
  REQUIRED.test(required) &&
  isIndividualized(installed) &&
  compareVersions(installed, required) >= 0
