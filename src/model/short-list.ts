/** The first names of a list, and how many more there are: `a, b and 3 more`. */
export function shortList(names: readonly string[], most: number): string {
  const [shown, more] = [names.slice(0, most).join(', '), names.length - most];
  return more > 0 ? `${shown} and ${more} more` : shown;
}
