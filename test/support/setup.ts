import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { vi } from 'vitest';

// What is expected of logs is asserted by the tests that expect it.
Logger.overrideLogger(false);

// A worker keeps the packages of node_modules from one test file to the next. Each file loads this package anew, and
// knows its own message classes only.
vi.resetModules();
