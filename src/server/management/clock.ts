import Type from 'typebox'
import { ManagementError } from './errors.ts'
import { type Endpoint, json } from './resource.ts'
import {
  badMember,
  checked,
  duration,
  formatInstant,
  instant,
  milliseconds,
  oneOf,
  optional,
  readInstant,
  signedMilliseconds,
  strict,
  text,
} from './schema.ts'
import type { ManagementServices } from './services.ts'

const setting = strict({
  mode: oneOf('running', 'frozen'),
  now: optional(instant),
  offset: optional(text('a duration with an optional sign, such as -90s')),
})

const step = strict({
  by: optional(duration),
  to: optional(instant),
  toNextDue: optional(Type.Literal(true, { title: 'true' })),
})

/** World time (world-model 2): what it is, and how it moves. */
export const clock: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/clock',
    summary: 'World time, wall time, and what falls due next',
    answer: (_call, services) => json(200, shown(services)),
  },
  {
    route: 'PUT /_mrap/v1/clock',
    summary: 'Freezes the clock, lets it run, or sets it forward',
    body: setting,
    examples: [{ mode: 'frozen' }, { mode: 'running', offset: '2h' }],
    async answer({ json: body }, services) {
      const { mode, now, offset } = checked(setting, await body())
      if (now !== undefined && offset !== undefined) throw badMember('/offset', 'and now exclude each other')
      const outcome = await services.clock.set({
        mode,
        now: now === undefined ? undefined : readInstant(now, '/now'),
        offsetMs: offset === undefined ? undefined : signedMilliseconds(offset, '/offset'),
      })
      if (outcome === 'backwards') throw backwards()
      services.log.info(`the clock is ${mode} at ${formatInstant(services.clock.now())}`)
      return json(200, shown(services))
    },
  },
  {
    route: 'POST /_mrap/v1/clock/advance',
    summary: 'Moves world time on; all that falls due happens, in order, before the answer',
    body: step,
    examples: [{ by: '2m' }, { toNextDue: true }],
    async answer({ json: body }, services) {
      const { by, to, toNextDue } = checked(step, await body())
      const given = [by, to, toNextDue].filter(value => value !== undefined)
      if (given.length !== 1) throw new ManagementError('BadRequest', 'give exactly one of by, to and toNextDue')
      const now = services.clock.now()
      const target =
        by !== undefined
          ? now + milliseconds(by, '/by')
          : to !== undefined
            ? readInstant(to, '/to')
            : (services.due.nextDue()?.at ?? now)
      const advanced = await services.due.advance(target)
      if (!advanced) throw backwards()
      const ran = advanced.ran.map(({ at, kind, what }) => ({ at: formatInstant(at), kind, what }))
      return json(200, { now: formatInstant(services.clock.now()), ran, total: advanced.total })
    },
  },
]

function shown({ clock: worldClock, due }: ManagementServices) {
  const { mode, now, wall, offsetMs } = worldClock.state()
  const next = due.nextDue()
  return {
    mode,
    now: formatInstant(now),
    wall: formatInstant(wall),
    offsetMs,
    nextDue: next ? { at: formatInstant(next.at), kind: next.kind, what: next.what } : null,
  }
}

function backwards(): ManagementError {
  return new ManagementError('Conflict', 'world time never goes back; reset begins a new history')
}
