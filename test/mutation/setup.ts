import 'reflect-metadata';
import { Logger } from '@nestjs/common';

// Like test/support/setup.ts, but this package stays loaded from one mutant to the next: mutants change nothing while it is
// loaded.
Logger.overrideLogger(false);
