import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Loaded before a program (--import): tells how much memory the program holds, when it is asked to, with all garbage gone. What the
// system tells of it goes up and down with when garbage was last collected, which says nothing about what is kept.

process.on('message', (told) => {
  if (told?.tellsHeld !== true) return;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  collect();
  collect(); // what the first one's finalizers let go of
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ heldMegabytes: (heapUsed + external) / 2 ** 20 });
});
