let made = 0

/** A hidden name for bytes that are not whole yet; unique in this process, and among processes by the process id. */
export const nextPartialName = (name: string): string => {
  made += 1
  return `.${name}.custody-${String(process.pid)}-${String(made)}.partial`
}
