import { describe, expect, it } from 'vitest';
import { loads, Message } from '../../../lib/index.js';

describe('the default text of a message', () => {
  it('has id, topic, headers and body, with sorted keys, as in the Python library', () => {
    const [message] = loads(
      JSON.stringify({
        id: '3a992885-967e-50b1-a494-4ffcd337663b',
        topic: 'weather.report',
        headers: { 'sent-at': '2026-01-15T12:00:00+00:00', fedora_messaging_severity: 20 },
        body: { station: { name: null, code: 'EKCH' }, others: [{ b: 2, a: 1 }], __proto: {} },
      }),
    );
    expect(String(message)).toBe(`Id: 3a992885-967e-50b1-a494-4ffcd337663b
Topic: weather.report
Headers: {
    "fedora_messaging_severity": 20,
    "sent-at": "2026-01-15T12:00:00+00:00"
}
Body: {
    "__proto": {},
    "others": [
        {
            "a": 1,
            "b": 2
        }
    ],
    "station": {
        "code": "EKCH",
        "name": null
    }
}`);
  });

  it('keeps a key __proto__, and changes nothing of the message', () => {
    const body = JSON.parse('{"b":1,"__proto__":{"d":1,"c":2}}') as Record<string, unknown>;
    const message = new Message({ topic: 'a', body });
    expect(String(message)).toContain('"__proto__": {\n        "c": 2,\n        "d": 1\n    },\n    "b": 1');
    expect(JSON.stringify(message.body)).toBe('{"b":1,"__proto__":{"d":1,"c":2}}');
  });
});
