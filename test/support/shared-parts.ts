/** Ends a part that test files share. */
export type TearDown = () => Promise<void> | void;

/**
 * Waits until the parts that test files share have started. When one of them fails, the others end.
 *
 * @returns ends all parts
 * @throws the error of the first part that failed
 */
export async function whenStarted(parts: readonly Promise<TearDown>[]): Promise<TearDown> {
  const started = await Promise.allSettled(parts);
  const tearDown = async (): Promise<void> => {
    for (const part of started) if (part.status === 'fulfilled') await part.value();
  };
  const failure = started.find((part) => part.status === 'rejected');
  if (failure) {
    await tearDown();
    throw failure.reason;
  }
  return tearDown;
}
