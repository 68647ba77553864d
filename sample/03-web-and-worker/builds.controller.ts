import {
  Body,
  Controller,
  HttpCode,
  Post,
  ServiceUnavailableException,
  ValidationPipe,
} from '@nestjs/common';
import { ConnectionException, Publisher, PublishException } from 'nestjs-fedora-messaging';
import { BuildRequested, BuildRequestedBody } from './build-requested.message.js';

/** The web side: it publishes the request, and answers when the broker has the message. */
@Controller('builds')
export class BuildsController {
  constructor(private readonly publisher: Publisher) {}

  @Post()
  @HttpCode(202)
  async request(
    @Body(new ValidationPipe({ whitelist: true })) body: BuildRequestedBody,
  ): Promise<{ id: string | null }> {
    const message = new BuildRequested({ body });
    try {
      // The client waits, so a quick failure is better than the default timeout of 30 seconds.
      await this.publisher.publish(message, { timeout: 5_000 });
    } catch (error) {
      if (!(error instanceof ConnectionException || error instanceof PublishException)) throw error;
      throw new ServiceUnavailableException('The message bus takes no messages, try again later', {
        cause: error,
      });
    }
    return { id: message.id };
  }
}
