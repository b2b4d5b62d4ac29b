/**
 * Dates as policies and requests write them, in milliseconds since the epoch: a W3C form of ISO 8601 (from the year alone to fractions
 * of a second, UTC unless said otherwise) or seconds since the epoch; undefined for anything else. Four digits are a year. Source: IAM
 * reference, "Date condition operators".
 */
export function parsePolicyDate(text: string): number | undefined {
  if (/^\d{5,12}(\.\d{1,9})?$/.test(text)) return Number(text) * 1000
  const [whole, year, month = '1', day = '1', time = ''] = dateForm.exec(text) ?? []
  if (whole === undefined) return undefined
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  // The 30th of February would be a day in March, the year 50 one of the last century.
  const isReal = midnight.toISOString().startsWith(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
  if (!isReal) return undefined
  const sinceMidnight = time === '' ? 0 : parseTime(time)
  return sinceMidnight === undefined ? undefined : midnight.getTime() + sinceMidnight
}

const dateForm = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\S{5,24}))?)?)?$/
const timeForm = /^(\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(?:Z|([+-])(\d\d):?(\d\d))?$/

/** Milliseconds since midnight, UTC. */
function parseTime(text: string): number | undefined {
  const [whole, hour, minute, second = '0', fraction = '0', sign = '+', offsetHour = '0', offsetMinute = '0'] =
    timeForm.exec(text) ?? []
  if (whole === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  const minutes = Number(hour) * 60 + Number(minute)
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1)
  return (minutes - offset) * 60_000 + (Number(second) + Number(fraction)) * 1000
}
