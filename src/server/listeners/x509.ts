/** The certificate library, imported statically so that a bundle holds it whole: from its own 300 files it takes three times as long to load. */
// It registers itself with the metadata API, which must be there first.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

export { x509 }
