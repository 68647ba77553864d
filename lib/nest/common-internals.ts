/*
 * What `@nestjs/common` exports to Nest's own packages only. Nest 12 has it in `@nestjs/common/internal`, which Nest 11 has
 * not; these modules are in both. CONTRIBUTING.md lists them with the tests that notice when they change.
 */
export {
  ENTRY_PROVIDER_WATERMARK,
  EXCEPTION_FILTERS_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
export { selectExceptionFilterMetadata } from '@nestjs/common/utils/select-exception-filter-metadata.util.js';
