/**
 * The instant of a `yyyymmddThhmmssZ` time in milliseconds since the epoch, or undefined when it is not one. Source: "Elements of an
 * AWS API request signature".
 */
export function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const instant = Date.UTC(year, month - 1, day, hour, minute, second)
  // A 31st of June would otherwise become a 1st of July, and a month 13 a January.
  const date = new Date(instant)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? instant : undefined
}

/** `yyyymmddThhmmssZ` */
export function formatAmzDate(instant: number): string {
  return formatSeconds(instant).replace(/[-:]/g, '')
}

/** ISO 8601 in whole seconds, as error documents give times: `2015-08-30T12:36:00Z`. */
export function formatSeconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, -5)}Z`
}
