/** Holds a figure of a run against its bound; throws with the name of what is wrong. */
export function expect(what: string, value: number) {
  return {
    atLeast: (bound: number) => {
      if (value < bound) throw new Error(`${what}: ${value}, and at least ${bound} is due`);
    },
    atMost: (bound: number) => {
      if (value > bound) throw new Error(`${what}: ${value}, and at most ${bound} is allowed`);
    },
  };
}
