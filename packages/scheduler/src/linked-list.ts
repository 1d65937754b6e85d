/** A place in a list, made once for a value and moved about without allocation. */
export interface ListNode<T> {
  readonly value: T;
  previous: ListNode<T> | undefined;
  next: ListNode<T> | undefined;
  linked: boolean;
}

export function listNode<T>(value: T): ListNode<T> {
  return { value, previous: undefined, next: undefined, linked: false };
}

/**
 * A doubly linked list of nodes that their owners keep, so that removal from the middle and moves
 * to the end take O(1). (A Set would do the same, but leaves holes that its first entry is then
 * found behind. And as it fills and empties, V8 links each of its tables to the next: one that has
 * grown old keeps all after it, and what they held, until a full collection.)
 */
export class LinkedList<T> {
  #first: ListNode<T> | undefined;
  #last: ListNode<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): ListNode<T> | undefined {
    return this.#first;
  }

  /** Appends the node, or moves it to the end. */
  moveToEnd(node: ListNode<T>): void {
    if (this.#last === node) return;
    this.remove(node);
    node.previous = this.#last;
    node.linked = true;
    if (this.#last === undefined) this.#first = node;
    else this.#last.next = node;
    this.#last = node;
    this.#size++;
  }

  /** Removes the node if it is here. */
  remove(node: ListNode<T>): void {
    if (!node.linked) return;
    if (node.previous === undefined) this.#first = node.next;
    else node.previous.next = node.next;
    if (node.next === undefined) this.#last = node.previous;
    else node.next.previous = node.previous;
    node.previous = undefined;
    node.next = undefined;
    node.linked = false;
    this.#size--;
  }

  /** In order. Who removes or moves nodes meanwhile iterates over a copy. */
  *[Symbol.iterator](): Generator<T> {
    for (let node = this.#first; node !== undefined; node = node.next) yield node.value;
  }
}
