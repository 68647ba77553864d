/** A class whose instances are message bodies. @publicApi */
export type BodyClass<Body extends object = object> = new () => Body;
