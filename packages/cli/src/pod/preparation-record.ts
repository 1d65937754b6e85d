import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreparationError } from '@mapreduce/coordinator/node';
import type { CoordinatorConfig } from '@mapreduce/protocol';

type Prepared = { readonly config: CoordinatorConfig } | Pick<PreparationError, 'failure'>;

/** What the process of today says itself. */
type Own = Pick<CoordinatorConfig, 'generation' | 'listen' | 'tokens'>;

/**
 * What came of a job's preparation, kept with its journal. A container that starts again goes on from
 * that, whatever has become of the program and inputs meanwhile: a job that has ended stays as it
 * ended, and one that could not begin stays failed, since others have been told so.
 */
export class PreparationRecord {
  readonly #directory: string;

  constructor(stateDirectory: string) {
    this.#directory = stateDirectory;
  }

  get #path(): string {
    return join(this.#directory, 'prepared.json');
  }

  exists(): boolean {
    return existsSync(this.#path);
  }

  /** What is recorded, or else what `prepare` gives, which is recorded. Throws `PreparationError`. */
  async orElse(prepare: () => Promise<CoordinatorConfig>, own: Own): Promise<CoordinatorConfig> {
    if (this.exists()) {
      const prepared = JSON.parse(readFileSync(this.#path, 'utf8')) as Prepared;
      if ('config' in prepared) return { ...prepared.config, ...own };
      const { code, cause } = prepared.failure;
      throw new PreparationError(code, cause.message);
    }
    try {
      const config = await prepare();
      this.#write({ config });
      return config;
    } catch (error) {
      if (error instanceof PreparationError) this.#write({ failure: error.failure });
      throw error;
    }
  }

  /** Whole or not at all, even where the power fails. */
  #write(prepared: Prepared): void {
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(`${this.#path}.new`, JSON.stringify(prepared), { flush: true });
    renameSync(`${this.#path}.new`, this.#path);
  }
}
