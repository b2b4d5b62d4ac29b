/** Small texts by name that outlive the process: what was set by hand, and is to hold after a restart. */
export interface Notes {
  find(name: string): string | undefined
  /** undefined removes it. Resolves when it is stored. */
  put(name: string, value: string | undefined): Promise<void>
}
