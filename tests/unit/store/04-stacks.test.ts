import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { studyDetailSchema } from '../../../electron/shared/study.ts';
import { el } from '../dicom/samples.ts';
import { axialSlices, headerOf, uidsOf } from '../domain/series/files.ts';
import { stage, temporaryStore } from './parts.ts';

describe('the stacks of a stored series', () => {
  const files = [0, 1000].flatMap((b, group) =>
    axialSlices([6, 4, 2, 0]).map((file) => ({
      ...file,
      uid: file.uid + 4 * group,
      number: file.uid + 4 * group,
      elements: [el('00189087 FD', b)],
    })),
  );

  function stored() {
    const store = temporaryStore();
    const staged = files.map((file) => stage(store, headerOf(file), `file ${file.uid}`));
    store.studies.storeStudy('1.2.3', staged, null, 'operator');
    return store;
  }

  it('come with the study, in the form that the window expects', () => {
    const [series] = studyDetailSchema.parse(stored().studies.detail('1.2.3', null)).seriesList;
    expect(series?.stacks.map(({ label, verdict }) => [label, verdict.kind])).toEqual([
      ['b 0 s/mm²', 'regular'],
      ['b 1000 s/mm²', 'regular'],
    ]);
    expect(series?.stacks.map(uidsOf)).toEqual([
      [4, 3, 2, 1],
      [8, 7, 6, 5],
    ]);
  });

  it('are others once the series has gained an object', () => {
    const store = temporaryStore();
    const staged = files.map((file) => stage(store, headerOf(file), `file ${file.uid}`));
    const frames = () =>
      store.studies.detail('1.2.3', null).seriesList[0]?.stacks.map((stack) => stack.frames);
    store.studies.storeStudy('1.2.3', staged.slice(0, 6), null, 'operator');
    expect(frames()).toEqual([4, 2]);
    expect(frames()).toEqual([4, 2]);
    store.studies.storeStudy('1.2.3', staged, null, 'operator');
    expect(frames()).toEqual([4, 4]);
  });

  it('are made of what old rows have: their headers hold no geometry', () => {
    const store = stored();
    const database = new Database(join(store.directory, 'overread.db'));
    database.prepare("UPDATE instances SET header = json_remove(header, '$.geometry')").run();
    database.close();
    const [series] = studyDetailSchema.parse(store.studies.detail('1.2.3', null)).seriesList;
    expect(store.studies.instance('1.2.3.4.5.1').header).not.toHaveProperty('geometry');
    expect(series?.stacks.map(({ label }) => label)).toEqual([
      'pass 1 of 2, by instance number',
      'pass 2 of 2, by instance number',
    ]);
    expect(series?.stacks.map(uidsOf)).toEqual([
      [4, 3, 2, 1],
      [8, 7, 6, 5],
    ]);
  });
});
