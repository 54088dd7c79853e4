import type { PipelineFault } from '../../fault/pipeline-fault'

/** Checks that a parser's fault is of its kind, names its format, and says where in the `length` bytes that were read. */
export const checkFault = (fault: PipelineFault, format: string, length: number): void => {
  expect(['MalformedMedia', 'UnsupportedMedia']).toContain(fault.type)
  if (fault.type === 'MalformedMedia') expect(fault.format).toBe(format)
  const at = 'at' in fault ? fault.at : undefined
  expect({ fault, placed: at !== undefined && at >= 0 && at <= length }).toEqual({ fault, placed: true })
}
