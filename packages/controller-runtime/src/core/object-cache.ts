import type { Log } from '@mapreduce/service';
import { formatKey, keyOf, type KubeObject, type ObjectKey } from '../api/object.ts';
import { messageOf } from './errors.ts';

/** Called synchronously, in order. What it throws is logged, and stops nothing. */
export interface Handler<T extends KubeObject> {
  added?(object: T): void;
  updated?(before: T, after: T): void;
  /** `object` is the last state that was seen. */
  deleted?(object: T): void;
}

/** The values by which an object is found; none where it is not to be found by this index. */
export type IndexFunction<T extends KubeObject> = (object: T) => readonly string[];

interface Index<T extends KubeObject> {
  readonly valuesOf: IndexFunction<T>;
  /** Keys of objects, by value. */
  readonly keys: Map<string, Set<string>>;
}

/** Objects as they were last seen. Nobody may change them. */
export class ObjectCache<T extends KubeObject> {
  readonly #log: Log;
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers: Handler<T>[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(formatKey(key));
  }

  /** In no order that means anything. */
  list(): T[] {
    return [...this.#objects.values()];
  }

  /** The objects that have this value in an index; throws for an index that was not added. */
  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new TypeError(`there is no index ${name}`);
    const found: T[] = [];
    for (const key of index.keys.get(value) ?? []) {
      const object = this.#objects.get(key);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    if (this.#indexes.has(name)) throw new TypeError(`there is an index ${name} already`);
    const index: Index<T> = { valuesOf, keys: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) this.#addToIndex(index, key, object);
  }

  /** Objects that are here already are told as added, at once. */
  addHandler(handler: Handler<T>): void {
    this.#handlers.push(handler);
    for (const object of this.#objects.values()) {
      this.#guard(() => handler.added?.(object));
    }
  }

  set(object: T): void {
    const key = formatKey(keyOf(object));
    const before = this.#objects.get(key);
    if (before !== undefined && isSame(before, object)) return;
    for (const index of this.#indexes.values()) {
      if (before !== undefined) this.#removeFromIndex(index, key, before);
      this.#addToIndex(index, key, object);
    }
    this.#objects.set(key, object);
    for (const handler of this.#handlers) {
      this.#guard(() => {
        if (before === undefined) handler.added?.(object);
        else handler.updated?.(before, object);
      });
    }
  }

  /** `last` is the state in which the object was deleted, where it is known. */
  delete(key: ObjectKey, last?: T): void {
    const text = formatKey(key);
    const before = this.#objects.get(text);
    if (before === undefined) return;
    for (const index of this.#indexes.values()) this.#removeFromIndex(index, text, before);
    this.#objects.delete(text);
    for (const handler of this.#handlers) {
      this.#guard(() => handler.deleted?.(last ?? before));
    }
  }

  /** These are all there is, in one namespace or in all: what is not among them was deleted unseen. */
  replace(objects: readonly T[], namespace?: string): void {
    const present = new Set(objects.map((object) => formatKey(keyOf(object))));
    for (const object of this.list()) {
      if (namespace !== undefined && object.metadata.namespace !== namespace) continue;
      if (!present.has(formatKey(keyOf(object)))) this.delete(keyOf(object));
    }
    for (const object of objects) this.set(object);
  }

  #addToIndex({ valuesOf, keys }: Index<T>, key: string, object: T): void {
    for (const value of this.#guard(() => valuesOf(object)) ?? []) {
      const found = keys.get(value);
      if (found === undefined) keys.set(value, new Set([key]));
      else found.add(key);
    }
  }

  #removeFromIndex({ valuesOf, keys }: Index<T>, key: string, object: T): void {
    for (const value of this.#guard(() => valuesOf(object)) ?? []) {
      const found = keys.get(value);
      found?.delete(key);
      if (found?.size === 0) keys.delete(value);
    }
  }

  #guard<R>(call: () => R): R | undefined {
    try {
      return call();
    } catch (error) {
      this.#log.error('handler of a cache threw', { error: messageOf(error) });
      return undefined;
    }
  }
}

function isSame(a: KubeObject, b: KubeObject): boolean {
  const { uid, resourceVersion } = a.metadata;
  if (resourceVersion === undefined) return false;
  return uid === b.metadata.uid && resourceVersion === b.metadata.resourceVersion;
}
