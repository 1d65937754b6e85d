import { expect, test } from '@jest/globals';
import { SimulatedProcess } from './process.ts';

test('a stopped process hears later, in order, what it missed; a dead one never', () => {
  const process = new SimulatedProcess('p');
  const heard: number[] = [];
  process.enter(() => heard.push(1));
  process.stop();
  process.enter(() => heard.push(2));
  process.enter(() => heard.push(3));
  expect(heard).toEqual([1]);
  process.resume();
  expect(heard).toEqual([1, 2, 3]);
  process.stop();
  process.enter(() => heard.push(4));
  process.kill();
  process.resume();
  process.enter(() => heard.push(5));
  expect(heard).toEqual([1, 2, 3]);
});

test('a process that is stopped again while it catches up hears the rest later still', () => {
  const process = new SimulatedProcess('p');
  const heard: number[] = [];
  process.stop();
  process.enter(() => {
    heard.push(1);
    process.stop();
  });
  process.enter(() => heard.push(2));
  process.resume();
  expect(heard).toEqual([1]);
  process.resume();
  expect(heard).toEqual([1, 2]);
});

test('the world learns of a death once, unless it no longer cares', () => {
  const process = new SimulatedProcess('p');
  const deaths: string[] = [];
  process.onDeath(() => deaths.push('kept'));
  process.onDeath(() => deaths.push('taken back'))();
  process.kill();
  process.kill();
  process.onDeath(() => deaths.push('late'));
  expect(deaths).toEqual(['kept', 'late']);
});
