// bakery-messages 1.0.0 (MIT), by `fedora-messaging schemas import bakery-messages`. To change a class, extend it.
// Checksum: 6a0bddb0abc3a9ba8727c4c6029da611f565630bed3a26bc45fdf6ab3da72508

export interface OrderPlacedV1Body {
  agent: string;
  /** An order of a customer */
  order: Order;
  /** A wish of the customer */
  note?: string | null;
}

export interface OrderReadyV1Body {
  agent: string;
  /** An order of a customer */
  order: Order;
}

export interface OvenBrokenV1Body {
  agent: string;
  oven: 'bread' | 'cake';
  /** The temperature in degrees Celsius */
  degrees?: number;
}

/** An order of a customer */
export interface Order {
  number: number;
  customer: string;
  items: string[];
}
