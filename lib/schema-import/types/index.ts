export {
  bodyName,
  type BodyTypes,
  describeBodies,
  type DescribedClass,
  type SchemaWarning,
} from './describe-bodies.js';
export { pascalCase, UniqueNames } from './identifiers.js';
