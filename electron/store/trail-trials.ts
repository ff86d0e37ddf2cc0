import {
  digestSql,
  TRAINING_STEPS,
  TRIAL_BLIND_PARTS,
  TRIAL_DESIGNS,
  TRIAL_READS,
  TRIAL_SIMULATIONS,
} from './row-digests.ts';
import { entriesOf, type Kind, of, place } from './trail-sql.ts';

/** Designs, reads and simulations of reader studies, each with its entry. */
export const TRIAL_KINDS: readonly Kind[] = [
  {
    name: 'design of a reader study',
    rows: `SELECT json_array(trial_id, revision, ${digestSql(TRIAL_DESIGNS)}) AS key FROM trial_designs`,
    entries: entriesOf('trial-design', `${of('trialId')}, ${of('revision')}, ${of('rowSha256')}`),
  },
  {
    name: 'read of a reader study',
    rows: `SELECT json_array(trial_id, ${place('trial_id', 'id')}, reader, case_name, session, ${digestSql(TRIAL_READS)}) AS key FROM trial_reads`,
    entries: entriesOf(
      'trial-read',
      `${of('trialId')}, ${place(of('trialId'), 'audit.sequence')}, ${of('reader')}, ${of('case')}, ${of('session')}, ${of('rowSha256')}`,
    ),
  },
  {
    name: 'blind part of a read of a reader study',
    rows: `SELECT json_array(trial_id, ${place('trial_id', 'id')}, reader, case_name, ${digestSql(TRIAL_BLIND_PARTS)}) AS key FROM trial_blind_parts`,
    entries: entriesOf(
      'trial-blind',
      `${of('trialId')}, ${place(of('trialId'), 'audit.sequence')}, ${of('reader')}, ${of('case')}, ${of('rowSha256')}`,
    ),
  },
  {
    name: 'simulation of a reader study',
    rows: `SELECT json_array(trial_id, run, ${digestSql(TRIAL_SIMULATIONS)}) AS key FROM trial_simulations`,
    entries: entriesOf('trial-simulate', `${of('trialId')}, ${of('run')}, ${of('rowSha256')}`),
  },
  {
    name: 'step of a training',
    rows: `SELECT json_array(trial_id, ${place('trial_id', 'id')}, reader, run, kind, case_name, ${digestSql(TRAINING_STEPS)}) AS key FROM training_steps`,
    entries: entriesOf(
      'training-step',
      `${of('trialId')}, ${place(of('trialId'), 'audit.sequence')}, ${of('reader')}, ${of('run')}, ${of('kind')}, ${of('case')}, ${of('rowSha256')}`,
    ),
  },
];
