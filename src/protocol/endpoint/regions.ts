/** A commercial Region, and what Multi-Region Access Points do there. */
export interface Region {
  readonly name: string
  /** Whether its buckets can be in an MRAP: at once, once the account has opted in, or never. */
  readonly mrap: 'default' | 'opt-in' | false
  /** Serves GetMultiRegionAccessPointRoutes and SubmitMultiRegionAccessPointRoutes. */
  readonly failoverControl?: true
}

/**
 * All commercial Regions. Source: user guide, "Multi-Region Access Point restrictions and limitations", "Configuring opt-in Regions"
 * and "Failover controls"; general reference, "Amazon S3 endpoints", for those without MRAPs.
 */
export const regions: readonly Region[] = [
  { name: 'af-south-1', mrap: 'opt-in' },
  { name: 'ap-east-1', mrap: 'opt-in' },
  { name: 'ap-east-2', mrap: false },
  { name: 'ap-northeast-1', mrap: 'default', failoverControl: true },
  { name: 'ap-northeast-2', mrap: 'default' },
  { name: 'ap-northeast-3', mrap: 'default' },
  { name: 'ap-south-1', mrap: 'default' },
  { name: 'ap-south-2', mrap: 'opt-in' },
  { name: 'ap-southeast-1', mrap: 'default' },
  { name: 'ap-southeast-2', mrap: 'default', failoverControl: true },
  { name: 'ap-southeast-3', mrap: 'opt-in' },
  { name: 'ap-southeast-4', mrap: 'opt-in' },
  { name: 'ap-southeast-5', mrap: false },
  { name: 'ap-southeast-6', mrap: false },
  { name: 'ap-southeast-7', mrap: false },
  { name: 'ca-central-1', mrap: 'default' },
  { name: 'ca-west-1', mrap: 'opt-in' },
  { name: 'eu-central-1', mrap: 'default' },
  { name: 'eu-central-2', mrap: 'opt-in' },
  { name: 'eu-north-1', mrap: 'default' },
  { name: 'eu-south-1', mrap: 'opt-in' },
  { name: 'eu-south-2', mrap: 'opt-in' },
  { name: 'eu-west-1', mrap: 'default', failoverControl: true },
  { name: 'eu-west-2', mrap: 'default' },
  { name: 'eu-west-3', mrap: 'default' },
  { name: 'il-central-1', mrap: 'opt-in' },
  { name: 'me-central-1', mrap: 'opt-in' },
  { name: 'me-south-1', mrap: 'opt-in' },
  { name: 'mx-central-1', mrap: false },
  { name: 'sa-east-1', mrap: 'default' },
  { name: 'us-east-1', mrap: 'default', failoverControl: true },
  { name: 'us-east-2', mrap: 'default' },
  { name: 'us-west-1', mrap: 'default' },
  { name: 'us-west-2', mrap: 'default', failoverControl: true },
]

const byName = new Map(regions.map(region => [region.name, region]))

/** The Region of that name, or undefined. */
export function findRegion(name: string): Region | undefined {
  return byName.get(name)
}

/** True for the name of a commercial Region, exactly as AWS writes it. */
export function isRegion(name: string): boolean {
  return byName.has(name)
}

/**
 * Regions opened before 2014, where S3 still verifies Signature Version 2. Source: user guide, "AWS Signature Version 2 turned off
 * (deprecated)"; still so when answers were recorded in 2026.
 */
const version2Regions = new Set([
  'ap-northeast-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-west-1',
  'sa-east-1',
  'us-east-1',
  'us-west-1',
  'us-west-2',
])

/** True where S3 still verifies Signature Version 2. */
export function takesVersion2(region: string): boolean {
  return version2Regions.has(region)
}
