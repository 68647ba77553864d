import { describe, expect, it } from 'vitest';
import { LivePage } from './support/live-page.js';
import { parcel } from './support/parcels.js';
import { PostOffice } from './support/post-office.js';
import { Wire } from './support/wire.js';

const LOSS = { expectedFaults: /ERR_(CONNECTION|EMPTY|INCOMPLETE|NETWORK)/ };

describe('a page that loses its connection', () => {
  it('says so, and shows each message once when it is back', async () => {
    const office = await PostOffice.open();
    const wire = await Wire.to(office.url);
    const live = await LivePage.open(wire.url, '', LOSS);
    await office.publish(parcel({ parcel: 'box' }));
    await live.expectRows('box');
    wire.cut();
    await live.notice('Connection lost').waitFor();
    await office.publish(parcel({ parcel: 'crate' }));
    wire.mend();
    await live.whenLive();
    await office.publish(parcel({ parcel: 'bag' }));
    await live.expectRows('bag', 'crate', 'box');
  });

  it('asks for what it has missed, and not for everything', async () => {
    const asked: (string | undefined)[] = [];
    const office = await PostOffice.open({
      page: {
        authorize: ({ url, headers }) => {
          if (url === '/api/events') asked.push(headers['last-event-id'] as string | undefined);
          return true;
        },
      },
    });
    const wire = await Wire.to(office.url);
    const live = await LivePage.open(wire.url, '', LOSS);
    await office.publish(parcel({ parcel: 'box' }));
    await live.expectRows('box');
    wire.cut();
    await live.notice('Connection lost').waitFor();
    wire.mend();
    await live.whenLive();
    expect(asked).toEqual([undefined, expect.stringMatching(/\d/)]);
  });
});
