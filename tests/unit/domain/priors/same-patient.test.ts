import { expect, test } from 'vitest';
import { samePatient } from '../../../../electron/domain/priors/same-patient.ts';
import type { PatientIdentity } from '../../../../electron/shared/prior-ports.ts';

const DOE: PatientIdentity = {
  patientID: '0012345',
  issuer: 'CITY',
  patientName: 'DOE, Jane',
  birthDate: '1972-03-04',
};
const match = (a: Partial<PatientIdentity>, b: Partial<PatientIdentity>) =>
  samePatient({ ...DOE, ...a }, { ...DOE, ...b });

test('the same ID of the same issuer is the same patient, however the device wrote it', () => {
  expect(match({}, {})).toEqual({ certain: true, why: 'Same Patient ID of the same issuer' });
  expect(match({}, { issuer: ' city', patientName: 'Doe,  Jane' })?.certain).toBe(true);
  expect(match({}, { patientName: '', birthDate: '' })?.certain).toBe(true);
});

test('the same ID of another issuer, or another ID of the same issuer, is another patient', () => {
  expect(match({}, { issuer: 'OTHER', patientName: 'ROE, R' })).toBeNull();
  expect(match({}, { patientID: '99' })).toBeNull();
});

test('the same ID without an issuer needs a name or a birth date that agrees, and nothing that contradicts', () => {
  expect(match({ issuer: '' }, {})?.certain).toBe(true);
  expect(match({ issuer: '' }, { birthDate: '' })?.certain).toBe(true);
  expect(match({ issuer: '' }, { patientName: 'ROE, R', birthDate: '1980-01-01' })).toBeNull();
  expect(match({ issuer: '' }, { birthDate: '1980-01-01' })).toEqual({
    certain: false,
    why: 'Same Patient ID (issuer not stated), but another birth date',
  });
  expect(match({ issuer: '' }, { patientName: '', birthDate: '' })?.certain).toBe(false);
  expect(match({}, { patientName: 'ROE, R' })).toMatchObject({
    certain: false,
    why: expect.stringContaining('name'),
  });
});

test('name and birth date alone are uncertain, and one of them alone says nothing', () => {
  expect(match({ patientID: '' }, {})).toEqual({
    certain: false,
    why: 'Same name and birth date; no Patient ID to compare',
  });
  expect(match({}, { patientID: '99', issuer: 'OTHER' })?.certain).toBe(false);
  expect(match({ patientID: '', birthDate: '' }, {})).toBeNull();
  expect(match({ patientID: '' }, { patientName: 'ROE, R' })).toBeNull();
  expect(
    samePatient(
      { patientID: '', issuer: '', patientName: '', birthDate: '' },
      { patientID: '', issuer: '', patientName: '', birthDate: '' },
    ),
  ).toBeNull();
});
