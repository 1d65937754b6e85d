/** What is known of a machine that pods run on. */
export interface NodeFact {
  /** Such as `m5.large`; empty where nobody says. */
  readonly type: string;
  readonly zone: string;
  /** Its kubelet reports, and says that all is well. */
  readonly ready: boolean;
  /** It is to go, or to be emptied: what runs there should be handed over. */
  readonly draining: boolean;
  /** It has been switched off or does not exist any more: nothing runs there. */
  readonly gone: boolean;
}

/** Where facts about nodes come from. */
export interface NodeFacts {
  /** Undefined where nothing is known, as when nodes may not be read. */
  of(node: string): NodeFact | undefined;
}

/** Where nothing is known of any node. */
export const noNodeFacts: NodeFacts = { of: () => undefined };
