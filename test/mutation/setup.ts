import 'reflect-metadata';
import { Logger } from '@nestjs/common';

// As test/support/setup.ts, but this package stays loaded from one mutant to the next: mutants change nothing of it when it
// is loaded.
Logger.overrideLogger(false);
