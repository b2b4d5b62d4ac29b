import t from 'tap'
import { configuredRoutes, effectiveRoutes } from '../../src/store/routes.ts'

const setting = (region: string, trafficDialPercentage: number, submittedAt: number, effectiveAt: number) => ({
  region,
  trafficDialPercentage,
  submittedAt,
  effectiveAt,
})
const initial = [setting('us-west-2', 100, 0, 0), setting('eu-west-1', 100, 0, 0)]

t.test('configured is what was submitted last, effective what is due', async t => {
  const settings = [...initial, setting('us-west-2', 0, 10, 30)]
  t.strictSame(
    [...configuredRoutes(settings)],
    [
      ['us-west-2', 0],
      ['eu-west-1', 100],
    ],
  )
  t.strictSame(
    [...effectiveRoutes(settings, 29)],
    [
      ['us-west-2', 100],
      ['eu-west-1', 100],
    ],
  )
  t.strictSame(
    [...effectiveRoutes(settings, 30)],
    [
      ['us-west-2', 0],
      ['eu-west-1', 100],
    ],
  )
})

t.test('a setting under way never undoes a later one that was faster', async t => {
  const settings = [...initial, setting('us-west-2', 0, 10, 130), setting('us-west-2', 100, 20, 20)]
  t.equal(effectiveRoutes(settings, 20).get('us-west-2'), 100)
  t.equal(effectiveRoutes(settings, 130).get('us-west-2'), 100)
})

t.test('changes under way take effect one after the other', async t => {
  const settings = [...initial, setting('us-west-2', 0, 10, 30), setting('us-west-2', 100, 20, 40)]
  t.strictSame(
    [29, 30, 39, 40].map(now => effectiveRoutes(settings, now).get('us-west-2')),
    [100, 0, 0, 100],
  )
})
