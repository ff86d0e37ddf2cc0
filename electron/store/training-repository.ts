import { canonicalJson } from '../domain/canonical-json.ts';
import type { TrainingRepository } from '../shared/peer-ports.ts';
import type { TrainingStep } from '../shared/training.ts';
import type { Connection } from './connection.ts';
import { digestOfWritten, TRAINING_STEPS } from './row-digests.ts';

interface StepRow {
  reader: string;
  run: number;
  kind: string;
  case_name: string;
  content: string;
  at: string;
}

/** Steps of trainings, append-only; triggers keep what was written. */
export class SqlTrainingRepository implements TrainingRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  steps(trialId: string, reader?: string): TrainingStep[] {
    return this.#connection
      .prepare<[string, string | null, string | null], StepRow>(
        'SELECT * FROM training_steps WHERE trial_id = ? AND (? IS NULL OR reader = ?) ORDER BY id',
      )
      .all(trialId, reader ?? null, reader ?? null)
      .map(
        ({ reader: of, run, kind, case_name, content, at }) =>
          ({ reader: of, run, kind, case: case_name, content: JSON.parse(content), at }) as TrainingStep,
      );
  }

  add(trialId: string, revision: number, step: TrainingStep): string {
    const written = this.#connection
      .prepare(
        'INSERT INTO training_steps (trial_id, revision, reader, run, kind, case_name, content, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        trialId,
        revision,
        step.reader,
        step.run,
        step.kind,
        step.case,
        canonicalJson(step.content),
        step.at,
      );
    return digestOfWritten(this.#connection, TRAINING_STEPS, written);
  }
}
