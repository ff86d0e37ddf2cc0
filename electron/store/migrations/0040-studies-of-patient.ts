import type { Migration } from './migration.ts';

/** Finds the other studies of a patient without looking through all. */
export const studiesOfPatient: Migration = {
  id: 40,
  name: 'studies-of-patient',
  up: `
    CREATE INDEX studies_of_patient_id ON studies (patient_id) WHERE patient_id <> '';
    CREATE INDEX studies_of_birth_date ON studies (birth_date, patient_name) WHERE birth_date <> '';
  `,
};
