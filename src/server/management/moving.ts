import { buckets } from './buckets.ts'
import { clock } from './clock.ts'
import { faults } from './faults.ts'
import { info } from './info.ts'
import { mraps } from './mraps.ts'
import { objects } from './objects.ts'
import { operations } from './operations.ts'
import { regions } from './regions.ts'
import { replication } from './replication.ts'
import type { Endpoint } from './resource.ts'

/** The resources that look at the world and turn it (world-model 1), one file each. */
export const moving: readonly (readonly Endpoint[])[] = [
  info,
  clock,
  regions,
  faults,
  replication,
  operations,
  mraps,
  buckets,
  objects,
]
