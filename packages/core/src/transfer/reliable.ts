import type { RecordedRevocation } from './recorded-circumstances'

/** Whether revocation data of this freshness may be relied on: until its next version is due and seven days more. */
export const isReliable = (freshness: RecordedRevocation['freshness']): boolean =>
  freshness === 'fresh' || freshness === 'grace'
