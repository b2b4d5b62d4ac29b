/** Resolves after so many milliseconds of wall time: what a client waits for is no matter of the world's clock. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
