import 'reflect-metadata';
import { serve } from '../contender/serve.js';
import { endure } from './endurance-task.js';
import { declare, grow } from './growth-task.js';
import type { ScaleTasks } from './scale-protocol.js';
import { SharedConsumer } from './subscribe-task.js';

let consumer: SharedConsumer;

serve<ScaleTasks>({
  grow,
  declare,
  endure,
  subscribe: async (task) => {
    consumer = await SharedConsumer.subscribe(task);
    return null;
  },
  begin: async () => {
    await consumer.begin();
    return null;
  },
  progress: async () => consumer.progress(),
  unsubscribe: async () => {
    await consumer.unsubscribe();
    return null;
  },
});
