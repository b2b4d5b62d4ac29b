/**
 * Where the commercial Regions stand: latitude and longitude, in degrees, of the metropolitan area each is named after. Public facts, rounded:
 * distances only put Regions into an order. Source: "AWS Regions" (names of the places).
 */
const places: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
  'af-south-1': [-33.9, 18.4],
  'ap-east-1': [22.3, 114.2],
  'ap-east-2': [25.0, 121.6],
  'ap-northeast-1': [35.7, 139.7],
  'ap-northeast-2': [37.6, 127.0],
  'ap-northeast-3': [34.7, 135.5],
  'ap-south-1': [19.1, 72.9],
  'ap-south-2': [17.4, 78.5],
  'ap-southeast-1': [1.3, 103.8],
  'ap-southeast-2': [-33.9, 151.2],
  'ap-southeast-3': [-6.2, 106.8],
  'ap-southeast-4': [-37.8, 145.0],
  'ap-southeast-5': [3.1, 101.7],
  'ap-southeast-6': [-36.8, 174.8],
  'ap-southeast-7': [13.8, 100.5],
  'ca-central-1': [45.5, -73.6],
  'ca-west-1': [51.0, -114.1],
  'eu-central-1': [50.1, 8.7],
  'eu-central-2': [47.4, 8.5],
  'eu-north-1': [59.3, 18.1],
  'eu-south-1': [45.5, 9.2],
  'eu-south-2': [41.6, -0.9],
  'eu-west-1': [53.3, -6.3],
  'eu-west-2': [51.5, -0.1],
  'eu-west-3': [48.9, 2.4],
  'il-central-1': [32.1, 34.8],
  'me-central-1': [24.5, 54.4],
  'me-south-1': [26.1, 50.6],
  'mx-central-1': [20.6, -100.4],
  'sa-east-1': [-23.5, -46.6],
  'us-east-1': [39.0, -77.5],
  'us-east-2': [40.0, -83.0],
  'us-west-1': [37.4, -121.9],
  'us-west-2': [45.8, -119.7],
}

const earthRadiusKm = 6371

const orders = new Map<string, readonly string[]>()

/**
 * Every commercial Region, the nearest to `from` (the name of one) first and `from` itself before all, by great-circle distance; Regions
 * of one distance go by name. ASSUMED: what is nearest on the globe is nearest in the network.
 */
export function regionsByDistance(from: string): readonly string[] {
  const known = orders.get(from)
  if (known) return known
  const order = Object.keys(places)
    .map(region => ({ region, km: distanceKm(from, region) }))
    .sort((a, b) => a.km - b.km || (a.region < b.region ? -1 : 1))
    .map(({ region }) => region)
  orders.set(from, order)
  return order
}

/** Great-circle distance by the haversine formula. */
export function distanceKm(from: string, to: string): number {
  const [fromLatitude, fromLongitude] = radians(from)
  const [toLatitude, toLongitude] = radians(to)
  const a =
    Math.sin((toLatitude - fromLatitude) / 2) ** 2 +
    Math.cos(fromLatitude) * Math.cos(toLatitude) * Math.sin((toLongitude - fromLongitude) / 2) ** 2
  return 2 * earthRadiusKm * Math.asin(Math.sqrt(a))
}

function radians(region: string): readonly [latitude: number, longitude: number] {
  const [latitude, longitude] = places[region] ?? [0, 0]
  return [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180]
}
