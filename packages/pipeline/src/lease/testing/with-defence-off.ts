import { defences, type DefenceName } from '../defences'

/**
 * Runs something without a defence, which stands again afterwards, however that ends. Tests that share the process must not run
 * beside it.
 *
 * @param record the switches of another copy of the package, for tests that run against the built one.
 */
export const withDefenceOff = async <T>(
  name: DefenceName,
  run: () => T | Promise<T>,
  record: Record<DefenceName, boolean> = defences
): Promise<T> => {
  if (!record[name]) throw new Error(`the defence ${name} is off already`)
  record[name] = false
  try {
    return await run()
  } finally {
    record[name] = true
  }
}
