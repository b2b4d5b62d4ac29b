import {
  boolean,
  flattened,
  header,
  type Infer,
  integer,
  payload,
  required,
  string,
  structure,
  timestamp,
} from '../../protocol/xml/shape.ts'
import type { ObjectVersion } from '../../store/rows.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { checksumOutput } from '../objects/checksums.ts'
import { requireCustomerKey } from '../objects/encryption.ts'
import { requireVersion, shownVersionId } from '../objects/versions.ts'
import { checksumElements, customerKeyHeaders, objectLabels, versionHeader, versionQuery } from '../shapes.ts'

const attributeNames = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'])
const maxPartsPerPage = 1000

const { ChecksumType: _, ...partChecksum } = checksumElements
const ObjectParts = structure({
  PartsCount: integer(),
  PartNumberMarker: integer(),
  NextPartNumberMarker: integer(),
  MaxParts: integer(),
  IsTruncated: boolean(),
  Part: flattened(structure({ PartNumber: integer(), Size: integer(), ...partChecksum })),
})

/** Returns the attributes asked for, without the bytes. Source: API_GetObjectAttributes. */
export default defineOperation({
  name: 'GetObjectAttributes',
  http: 'GET /{Bucket}/{Key+}?attributes',
  action: { plain: 's3:GetObjectAttributes', versioned: 's3:GetObjectVersionAttributes' },
  input: structure({
    ...objectLabels,
    ...versionQuery,
    ...customerKeyHeaders,
    MaxParts: header('x-amz-max-parts', integer({ min: 0 })),
    PartNumberMarker: header('x-amz-part-number-marker', integer({ min: 0 })),
    ObjectAttributes: header('x-amz-object-attributes', required(string())),
  }),
  output: structure({
    LastModified: header('Last-Modified', timestamp()),
    ...versionHeader,
    GetObjectAttributesResponse: payload(
      structure(
        {
          ETag: string(),
          Checksum: structure(checksumElements),
          ObjectParts,
          StorageClass: string(),
          ObjectSize: integer(),
        },
        { xmlName: 'GetObjectAttributesResponse' },
      ),
    ),
  }),
  errors: ['InvalidEncryptionAlgorithmError', 'NoSuchKey', 'NoSuchVersion'],
  handle(input, context) {
    const asked = askedAttributes(input.ObjectAttributes)
    const version = requireVersion(input, context)
    requireCustomerKey(input, version.details.encryption)
    return {
      LastModified: version.lastModified,
      VersionId: shownVersionId(version.versionId, context.bucket),
      GetObjectAttributesResponse: {
        // This operation alone writes ETags without quotes.
        ETag: asked.has('ETag') ? version.etag : undefined,
        Checksum: asked.has('Checksum') ? wholeChecksum(version) : undefined,
        ObjectParts: asked.has('ObjectParts') ? partsOf(version, input, context) : undefined,
        StorageClass: asked.has('StorageClass') ? version.storageClass : undefined,
        ObjectSize: asked.has('ObjectSize') ? version.size : undefined,
      },
    }
  },
})

function askedAttributes(header: string): ReadonlySet<string> {
  const names = header.split(',').map(name => name.trim())
  if (names.every(name => attributeNames.has(name))) return new Set(names)
  throw errors.InvalidArgument({
    Message: 'Invalid attribute name specified.',
    ArgumentName: 'x-amz-object-attributes',
    ArgumentValue: header,
  })
}

/** A composite checksum stands here without its number of parts. */
function wholeChecksum({ details: { checksum } }: ObjectVersion) {
  if (!checksum) return undefined
  const [value = ''] = checksum.value.split('-')
  return checksumOutput({ ...checksum, value })
}

/**
 * The parts of a multipart object; only a composite checksum lists them, for any other checksum they are counted
 * (recorded). undefined for other objects.
 */
function partsOf(
  version: ObjectVersion,
  input: { readonly MaxParts?: number | undefined; readonly PartNumberMarker?: number | undefined },
  { store }: DataContext,
): Infer<typeof ObjectParts> | undefined {
  if (version.partCount === undefined) return undefined
  if (version.details.checksum?.type !== 'COMPOSITE') return { PartsCount: version.partCount }
  const parts = store.listObjectParts(version.id)
  const marker = input.PartNumberMarker ?? 0
  const limit = Math.min(input.MaxParts ?? maxPartsPerPage, maxPartsPerPage)
  const after = parts.filter(({ partNumber }) => partNumber > marker)
  const page = after.slice(0, limit)
  return {
    PartsCount: version.partCount,
    PartNumberMarker: marker,
    // Of a page without parts it is 0, wherever it begins (recorded).
    NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
    MaxParts: limit,
    IsTruncated: after.length > page.length,
    Part: page.map(({ partNumber, size, checksum }) => ({
      PartNumber: partNumber,
      Size: size,
      ...checksumOutput(checksum),
    })),
  }
}
