import t from 'tap'
import { regionSetCovers } from '../../../src/protocol/signature/region-set.ts'

const cases = [
  ['*', 'us-east-1', true],
  ['us-east-1', 'us-east-1', true],
  ['us-east-1', 'us-east-2', false],
  ['us-east-1', 'us-east-10', false],
  ['us-east-1,eu-west-1', 'eu-west-1', true],
  ['us-east-1, eu-west-1', 'eu-west-1', true],
  ['us-east-1,eu-west-1', 'eu-west-2', false],
  ['us-*', 'us-west-2', true],
  ['us-*', 'eu-west-1', false],
  ['eu-west-1,us-*', 'us-gov-west-1', true],
  ['us-*-1', 'us-east-1', false],
  ['', 'us-east-1', false],
  [',', 'us-east-1', false],
  [',', '', false],
] as const

for (const [set, region, covers] of cases) t.equal(regionSetCovers(set, region), covers, `'${set}' and ${region}`)
