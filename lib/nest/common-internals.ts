/*
 * Exports of `@nestjs/common` that are meant for Nest's own packages. Nest 12 has them in `@nestjs/common/internal`,
 * which Nest 11 does not have; these modules are in both. CONTRIBUTING.md lists them with the tests that notice when
 * they change.
 */
export {
  ENTRY_PROVIDER_WATERMARK,
  EXCEPTION_FILTERS_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
export { selectExceptionFilterMetadata } from '@nestjs/common/utils/select-exception-filter-metadata.util.js';
