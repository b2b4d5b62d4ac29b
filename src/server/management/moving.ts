import { faults } from './faults.ts'
import { regions } from './regions.ts'
import type { Endpoint } from './resource.ts'

/** The resources that look at the world and turn it (world-model 1), one file each. */
export const moving: readonly (readonly Endpoint[])[] = [regions, faults]
