import type { ClockState } from '../protocol/world-clock.ts'
import type { Config } from './config.ts'

const survives = {
  process: 'survives the end of this process, not a power cut (MRAP_DURABILITY=power does)',
  power: 'survives a power cut',
}

/** What a start has to say besides that it is ready: a line each. Ends with a newline, or is empty. */
export function startNotes({ dataDir, durability }: Config, clock: ClockState): string {
  const lines: string[] = []
  if (dataDir !== undefined) lines.push(`Data in ${dataDir}: what was acknowledged ${survives[durability]}.`)
  const isShifted = clock.mode === 'frozen' || Math.abs(clock.offsetMs) >= 1000
  if (isShifted) lines.push(`World time is ${new Date(clock.now).toISOString()}, ${clock.mode}.`)
  return lines.map(line => `${line}\n`).join('')
}
