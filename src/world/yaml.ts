/** The YAML library, imported statically so that a bundle holds it whole. Itself imported only when there is a world file. */
import * as yaml from 'yaml'

export { yaml }
