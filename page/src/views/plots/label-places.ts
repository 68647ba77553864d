/**
 * Where labels are written, so that none covers another.
 *
 * @param wanted the vertical places that the labels want, in any order
 * @param gap the least distance of two places
 * @param bottom the lowest place
 * @returns the places, in the order of `wanted`
 */
export function labelPlaces(wanted: readonly number[], gap: number, bottom: number): readonly number[] {
  const order = wanted.map((_, index) => index).sort((one, other) => wanted[one]! - wanted[other]!);
  const places = [...wanted];
  let above = -Infinity;
  for (const index of order) {
    places[index] = Math.max(places[index]!, above + gap);
    above = places[index]!;
  }
  // What was pushed below the bottom pushes the labels above it up.
  let below = bottom + gap;
  for (const index of order.toReversed()) {
    places[index] = Math.min(places[index]!, below - gap);
    below = places[index]!;
  }
  return places;
}
