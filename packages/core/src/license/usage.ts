/** What a license has been used for: uses by {@link usageKey}. */
export type Usage = ReadonlyMap<string, number>

/** Names the count of one window of one right. */
export const usageKey = (action: string, window: number): string => `${action}/${window}`

/** How often one window of a right was used. A number that no count can be stands for all of them (R6). */
export const usesOf = (usage: Usage, action: string, window: number): number => {
  const uses = usage.get(usageKey(action, window)) ?? 0
  return Number.isSafeInteger(uses) && uses >= 0 ? uses : Number.POSITIVE_INFINITY
}
