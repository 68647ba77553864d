import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { vi } from 'vitest';

// Tests assert the log lines that they expect.
Logger.overrideLogger(false);

// A worker keeps the packages of node_modules from one test file to the next. Each file loads this package again, and
// knows only its own message classes.
vi.resetModules();
