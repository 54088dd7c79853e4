import type { WmtSignal } from './status-object'

/**
 * Receives the statuses of the first generation, as IWMStatusCallback::OnStatus does. What it returns is not looked at, and
 * a failing `hr` means that `status` does not have its normal meaning (EV-12).
 *
 * @param context the value given at the start, unchanged (EV-13).
 */
export type OnStatus<Context> = (
  status: number,
  hr: number,
  type: number,
  value: WmtSignal['value'],
  context: Context
) => unknown

/** Hands the signals of one operation to a callback, with the context of its start. */
export const withContext =
  <Context>(onStatus: OnStatus<Context>, context: Context) =>
  ({ status, hr, type, value }: WmtSignal): void => {
    onStatus(status, hr, type, value, context)
  }
