/**
 * Resolves when every promise that could go on has gone on: one turn of the event loop. Everything
 * in memory moves by promises alone, so after it the world stands still until time passes.
 */
export const settle: () => Promise<void> =
  typeof setImmediate === 'function' ? immediateTurn : messageTurn;

function immediateTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** For browsers, where timers wait for 4 ms. */
function messageTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      'message',
      () => {
        port1.close();
        resolve();
      },
      { once: true },
    );
    port1.start();
    port2.postMessage(undefined);
  });
}
