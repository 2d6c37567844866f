/**
 * Experience of abilities (a score of k costs 5 k more than k-1) and arts (k more), as the rules of the game have it:
 * a step to another score keeps the experience beyond the score as far as the new score has room for it.
 */
const factor = { abilities: 5, arts: 1 };

const total = (resource, score) => (factor[resource] * score * (score + 1)) / 2;

export function scoreOf(resource, experience) {
  let score = 0;
  while (total(resource, score + 1) <= experience) score++;
  return score;
}

/** The experience after moving by `by` levels, first to the lowest point; undefined if that is below 0. */
export function moved(resource, experience, { by = 1, low = Math.min(0, by) } = {}) {
  const start = scoreOf(resource, experience);
  let rest = experience - total(resource, start);
  for (const score of [start + low, start + by]) {
    if (score < 0) return undefined;
    rest = Math.min(rest, factor[resource] * (score + 1) - 1);
  }
  return total(resource, start + by) + rest;
}

/** A reducer for the optimistic view; an impossible step throws. */
export const increment = (sign) => (row, data, { resource }) => {
  const { by = 1, low } = data;
  const experience_points = moved(resource, row.experience_points, sign > 0 ? { by, low } : { by: -by });
  if (experience_points === undefined) throw new RangeError('below 0');
  return { ...row, experience_points, score: scoreOf(resource, experience_points) };
};

export const reducers = {
  abilities: { increment: increment(1), decrement: increment(-1) },
  arts: { increment: increment(1), decrement: increment(-1) },
};
