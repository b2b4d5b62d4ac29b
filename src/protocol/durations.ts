const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The longest that anything here may take (world-model 9): ten years of 365 days, in milliseconds. */
const longestMs = 3650 * 86_400_000

/**
 * A length of time in milliseconds: `250ms`, `2s`, `1.5h`, `0`, or ISO 8601 with days and less, such as `PT15M` and `P1DT12H`. undefined: it
 * is none, or longer than ten years.
 */
export function readDuration(text: string): number | undefined {
  const milliseconds = text === '0' ? 0 : (readShort(text) ?? readIso(text))
  return milliseconds !== undefined && milliseconds <= longestMs ? milliseconds : undefined
}

function readShort(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? []
  return amount === undefined ? undefined : Math.round(Number(amount) * (unitMs[unit] ?? Number.NaN))
}

function readIso(text: string): number | undefined {
  const [, days, hours, minutes, seconds] =
    /^P(?=.)(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{1,3})?)S)?)?$/.exec(text) ?? []
  const parts = [days, hours, minutes, seconds]
  if (parts.every(part => part === undefined)) return undefined
  const [d = 0, h = 0, m = 0, s = 0] = parts.map(part => Number(part ?? 0))
  return Math.round((((d * 24 + h) * 60 + m) * 60 + s) * 1000)
}
