/** The certificate library, imported statically so that a bundle holds it whole: its own files take three times as long to load. */
// It registers itself with the metadata API, which must be there first.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

export { x509 }
