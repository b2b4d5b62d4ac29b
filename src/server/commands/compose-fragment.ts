import { regions } from '../../protocol/endpoint/regions.ts'
import type { KnownNames } from '../management/services.ts'

/**
 * A compose file, to be merged with one's own (`docker compose -f compose.yaml -f mrap-local.yaml up`), in which the emulator answers to
 * AWS's own names of what it holds: Docker knows no wildcards, so every name stands there. Services need to trust its certificates alone.
 */
export function composeFragment(names: KnownNames): string {
  const aliases = aliasesOf(names).map(name => `          - ${name}`)
  return `# From \`mrap-local env --compose\`. Names of access points that are made later are not in it: use the DNS door for those.
services:
  mrap-local:
    image: mrap-local
    environment:
      MRAP_CA_DIR: /ca
      # Opens the ports 80 and 443, which these names are called on.
      MRAP_DNS_PORT: "53"
    volumes: ["mrap-ca:/ca"]
    networks:
      default:
        aliases:
${aliases.join('\n')}
  # For each service that calls them:
  # tests:
  #   depends_on: { mrap-local: { condition: service_healthy } }
  #   volumes: ["mrap-ca:/ca:ro"]
  #   environment:
  #     AWS_CA_BUNDLE: /ca/ca-bundle.pem
  #     SSL_CERT_FILE: /ca/ca-bundle.pem
  #     NODE_EXTRA_CA_CERTS: /ca/ca.pem
volumes:
  mrap-ca: {}
`
}

/** The host names that SDKs call for these access points and for the buckets behind them, without duplicates. */
function aliasesOf({ domains, multiRegionAccessPoints: mraps }: KnownNames): string[] {
  const controlRegions = regions.filter(({ failoverControl }) => failoverControl).map(({ name }) => name)
  const accounts = new Set(mraps.map(({ account }) => account))
  const service = domains.find(name => name !== 'localhost')
  return [
    ...mraps.map(({ alias }) => `${alias}.accesspoint.s3-global.amazonaws.com`),
    ...[...accounts].flatMap(account => [
      ...(service === undefined ? [] : [`${account}.${service}`]),
      ...controlRegions.map(region => `${account}.s3-control.${region}.amazonaws.com`),
    ]),
    ...new Set(
      mraps.flatMap(({ buckets }) =>
        buckets.flatMap(({ name, region }) => [`${name}.s3.${region}.amazonaws.com`, `s3.${region}.amazonaws.com`]),
      ),
    ),
  ]
}
