import { closeSync, openSync, readSync } from 'node:fs'

/**
 * How long the main thread worked at a stretch while something ran, in milliseconds of its own processor time where Linux tells it, so
 * that a busy machine does not count. A ticker notes every turn of the event loop.
 */
export async function longestStretch(run: () => Promise<unknown>): Promise<number> {
  const clock = threadClock()
  let last = clock.now()
  let longest = 0
  const note = () => {
    const now = clock.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  let isRunning = true
  const tick = () => {
    if (!isRunning) return
    note()
    setImmediate(tick)
  }
  setImmediate(tick)
  try {
    await run()
    note()
    return longest
  } finally {
    isRunning = false
    clock.close()
  }
}

function threadClock(): { now(): number; close(): void } {
  let file: number
  try {
    file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r')
  } catch {
    return { now: () => performance.now(), close: () => undefined }
  }
  const buffer = Buffer.alloc(64)
  return {
    // The first number is the time on a processor, in nanoseconds.
    now: () => Number.parseInt(buffer.toString('latin1', 0, readSync(file, buffer, 0, 64, 0)), 10) / 1e6,
    close: () => closeSync(file),
  }
}
