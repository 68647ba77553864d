import 'reflect-metadata';
import { Logger } from '@nestjs/common';

// What is expected of logs is asserted by the tests that expect it.
Logger.overrideLogger(false);
