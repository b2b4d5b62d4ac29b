/**
 * The instant of a `yyyymmddThhmmssZ` time in milliseconds since the epoch, or undefined when it is not one. Source: "Elements of an
 * AWS API request signature".
 */
export function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const instant = Date.UTC(year, month - 1, day, hour, minute, second)
  // A 31st of June would otherwise become a 1st of July.
  return formatAmzDate(instant) === text ? instant : undefined
}

/** `yyyymmddThhmmssZ` */
export function formatAmzDate(instant: number): string {
  return formatSeconds(instant).replace(/[-:]/g, '')
}

/** ISO 8601 in whole seconds, as error documents give times: `2015-08-30T12:36:00Z`. */
export function formatSeconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, -5)}Z`
}
