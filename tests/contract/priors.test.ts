import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePart10 } from '../../electron/dicom/write-part10.ts';
import type { LesionTrack, OpenPrior, Priors } from '../../electron/shared/priors.ts';
import type { ReaderFinding } from '../../electron/shared/read.ts';
import {
  TELLING,
  WITHHELD_SOPS,
  WITHHELD_STUDY as PRIOR,
  writeAlgorithmObjects,
} from './algorithm-objects.ts';
import { EMPTY, LINK_ID } from './every-route.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import { addResult, asJson, importPaths, MODEL_ID, RECORD_ID, sitDown } from './study-fixture.ts';

const CLOCK = { now: () => '2026-01-02T03:04:05.678Z' };
const STUDY = '1.2.826.0.1.78';
const PRIOR_IMAGE = `${PRIOR}.1.1`;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What Grace said of the prior. */
const SECRET = 'Mass that Grace saw';

function image(study: string, date: string, patientID: string, name: string): Uint8Array {
  const value = (tag: string, vr: string, text: string) => ({ tag, vr, value: text });
  return writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.1',
    sopInstanceUID: `${study}.1.1`,
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [
      value('00080020', 'DA', date),
      value('00080060', 'CS', 'CR'),
      value('00100010', 'PN', name),
      value('00100020', 'LO', patientID),
      value('0020000D', 'UI', study),
      value('0020000E', 'UI', `${study}.1`),
      { tag: '00280002', vr: 'US', value: 1 },
      value('00280004', 'CS', 'MONOCHROME2'),
      { tag: '00280010', vr: 'US', value: 40 },
      { tag: '00280011', vr: 'US', value: 40 },
      { tag: '00280100', vr: 'US', value: 8 },
      { tag: '00280101', vr: 'US', value: 8 },
      { tag: '00280102', vr: 'US', value: 7 },
      { tag: '00280103', vr: 'US', value: 0 },
      { tag: '7FE00010', vr: 'OB', value: new Uint8Array(1600).fill(7) },
    ],
  });
}

const finding = (sopInstanceUID: string, label: string): ReaderFinding => ({
  id: 'r1',
  sopInstanceUID,
  frame: 0,
  shape: 'ellipse',
  box: [0, 0, 3, 3],
  label,
  laterality: 'right',
  certainty: 3,
  comment: '',
});

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('priors over the %s host', (_name, openMount) => {
  let folder: string;
  const mounts = new Map<string, Mount>();

  const mountOf = (name: string): Mount => {
    const mount = mounts.get(name);
    if (mount === undefined) throw new Error(`There is no ${name}.`);
    return mount;
  };

  async function commit(mount: Mount, study: string, sop: string, label: string): Promise<void> {
    const content = { findings: [finding(sop, label)], noAbnormalFinding: false, impression: `${label}.` };
    const path = `/api/studies/${study}`;
    await mount.fetch(`${path}/open`, { method: 'POST' });
    await mount.fetch(`${path}/read`, send('PUT', { ...content, before: EMPTY }));
    const body = send('POST', {
      content,
      framesDisplayed: [{ sopInstanceUID: sop, frame: 0 }],
      acknowledgeUnseen: true,
    });
    const answer = await mount.fetch(`${path}/commit`, body);
    expect(answer.status, await answer.text()).toBe(200);
  }

  /** Chooses the finding of the prior and states a new lesion in the study, as whoever sits there. */
  async function followWith(mount: Mount, organ: string): Promise<void> {
    const lesions = [{ findingId: 'r1', kind: 'extranodal', organ }];
    for (const body of [
      { kind: 'targets', content: { baseline: PRIOR, targets: [], nonTargets: lesions } },
      { kind: 'time-point', content: { lesions: [], progression: false, newLesions: 'unequivocal' } },
    ]) {
      const said = send('POST', { id: randomUUID(), reason: organ, ...body });
      const answer = await mount.fetch(`/api/studies/${STUDY}/response`, said);
      expect(answer.status, await answer.text()).toBe(200);
    }
  }

  // To Ada, who has committed the prior and not the study, both are the same.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-priors-'));
    mkdirSync(join(folder, 'more'));
    writeFileSync(join(folder, 'more', 'current.dcm'), image(STUDY, '20260601', 'P1', 'DOE^JANE'));
    writeFileSync(
      join(folder, 'more', 'other.dcm'),
      image('1.2.826.0.1.79', '20250101', 'P2', 'ROE^RICHARD'),
    );
    for (const name of ['none', 'many'] as const) {
      const mount = await openMount({
        directory: join(folder, `data-${name}`),
        clock: CLOCK,
        newId: () => 'job-1',
      });
      mounts.set(name, mount);
      const grace = await sitDown(mount, 'Grace');
      await importPaths(mount, [writeAlgorithmObjects(folder, name)]);
      await importPaths(mount, [join(folder, 'more')]);
      await mount.workstation.analysis.settled();
      if (name === 'many') {
        await commit(mount, PRIOR, PRIOR_IMAGE, SECRET);
        await commit(mount, STUDY, `${STUDY}.1.1`, SECRET);
        addResult(mount.workstation, PRIOR, PRIOR_IMAGE);
        const link = { id: LINK_ID, findingId: 'r1', prior: PRIOR, priorFindingId: 'r1', linked: true };
        expect((await mount.fetch(`/api/studies/${STUDY}/lesions`, send('POST', link))).status).toBe(200);
        await followWith(mount, SECRET);
        await mount.fetch(`/api/studies/${STUDY}/priors/${PRIOR}`, { method: 'POST' });
      }
      expect(grace).not.toBe('');
      await sitDown(mount, 'Ada');
      await commit(mount, PRIOR, PRIOR_IMAGE, 'Nodule of mine');
      // In both worlds Ada follows the nodule of the prior, so that there is something to tell.
      const draft = {
        findings: [finding(`${STUDY}.1.1`, 'Nodule now')],
        noAbnormalFinding: false,
        impression: '',
      };
      await mount.fetch(`/api/studies/${STUDY}/open`, { method: 'POST' });
      await mount.fetch(`/api/studies/${STUDY}/read`, send('PUT', { ...draft, before: EMPTY }));
      await followWith(mount, 'lung');
    }
  });

  afterAll(async () => {
    for (const mount of mounts.values()) await mount.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('leak: a committed prior beside a study that is not is as blind as that study', async () => {
    const asked: [string, RequestInit?][] = [
      [`/api/studies/${STUDY}/priors`],
      [`/api/studies/${STUDY}/priors/${PRIOR}`, { method: 'POST' }],
      [`/api/studies/${STUDY}/lesions`],
      [`/api/studies/${STUDY}/response`],
      [`/api/series/${PRIOR}.1/frames?stack=0&beside=${STUDY}`],
      ...WITHHELD_SOPS.map((sop): [string] => [
        `/api/series/${sop.replace(/\.1$/, '')}/frames?beside=${STUDY}`,
      ]),
    ];
    for (const [path, init] of asked) {
      const answers: string[] = [];
      for (const name of ['none', 'many']) {
        const answer = await mountOf(name).fetch(path, init);
        const body = Buffer.from(await answer.arrayBuffer()).toString('latin1');
        answers.push(`${answer.status} ${body.replaceAll(UUID, 'id')}`);
      }
      expect(answers[1], path).toBe(answers[0]);
      const words = path.startsWith('/api/studies') ? TELLING : [];
      for (const word of [...words, SECRET, RECORD_ID, MODEL_ID, '0.987654'])
        expect(answers[1], `${path} tells ${word}`).not.toContain(word);
    }
  });

  test('leak: the trail tells nobody what another reader looked at, linked or stated of response', async () => {
    const trail = await (await mountOf('many').fetch('/api/audit?limit=500')).text();
    expect(trail).not.toContain('link-lesion');
    // Ada's own two, and not Grace's.
    expect(trail.match(/"state-response"/g)).toHaveLength(2);
    expect(trail.match(/"open-prior"/g)).toHaveLength(1);
  });

  test('the list has the studies of the patient alone, with how they were matched and when they were', async () => {
    const { priors } = await asJson<Priors>(mountOf('many').fetch(`/api/studies/${STUDY}/priors`));
    expect(priors).toMatchObject([
      {
        studyInstanceUID: PRIOR,
        date: '2026-01-01',
        when: 'earlier',
        days: 151,
        certain: true,
        ownRead: 'committed',
      },
    ]);
    expect(priors[0]).toMatchObject({ series: 1, instances: 1, modality: 'CR' });
    const later = await asJson<Priors>(mountOf('many').fetch(`/api/studies/${PRIOR}/priors`));
    expect(later.priors).toMatchObject([
      { studyInstanceUID: STUDY, when: 'later', days: -151, ownRead: 'draft' },
    ]);
  });

  test('the own committed findings come with the prior, another patient’s study does not open', async () => {
    const mount = mountOf('many');
    const opened = await asJson<OpenPrior>(
      mount.fetch(`/api/studies/${STUDY}/priors/${PRIOR}`, { method: 'POST' }),
    );
    expect(opened.own?.findings.map(({ label }) => label)).toEqual(['Nodule of mine']);
    const refused = await mount.fetch(`/api/studies/${STUDY}/priors/1.2.826.0.1.79`, { method: 'POST' });
    expect(await refused.json()).toMatchObject({ code: 'prior-unknown' });
    expect(refused.status).toBe(404);
  });

  test('findings are linked, tracked without millimetres where nothing says how large a pixel is, and unlinked', async () => {
    const mount = mountOf('none');
    const post = (link: object) =>
      mount.fetch(
        `/api/studies/${STUDY}/lesions`,
        send('POST', {
          id: LINK_ID,
          findingId: 'r1',
          prior: PRIOR,
          priorFindingId: 'r1',
          linked: true,
          ...link,
        }),
      );
    expect(await (await post({ priorFindingId: 'r9' })).json()).toMatchObject({ code: 'finding-unknown' });
    expect(await (await post({ prior: '1.2.826.0.1.79' })).json()).toMatchObject({ code: 'prior-unknown' });
    const tracks = await asJson<LesionTrack[]>(post({}));
    expect(tracks).toMatchObject([
      { label: 'Nodule now', points: [{ date: '2026-01-01', size: null }, { date: '2026-06-01' }] },
    ]);
    expect(tracks[0]?.points[0]?.unmeasured).toContain('pixel spacing');
    expect(await asJson<LesionTrack[]>(mount.fetch(`/api/studies/${STUDY}/lesions`))).toEqual(tracks);
    expect(mount.workstation.store.audit.mismatches()).toEqual([]);
    expect(await asJson(post({ id: LINK_ID.replace('3', '4'), linked: false }))).toEqual([]);
    expect(mount.workstation.store.audit.mismatches()).toEqual([]);
  });

  test('the commit of the study opens what the commit of the prior had opened', async () => {
    const mount = mountOf('many');
    await mount.fetch(`/api/studies/${STUDY}/read`, send('PUT', { ...EMPTY, before: EMPTY }));
    const { content } = await asJson<{ content: object }>(mount.fetch(`/api/studies/${STUDY}/read`));
    const body = send('POST', {
      content: { ...content, impression: 'Nodule.' },
      framesDisplayed: [{ sopInstanceUID: `${STUDY}.1.1`, frame: 0 }],
      acknowledgeUnseen: true,
    });
    await mount.fetch(
      `/api/studies/${STUDY}/read`,
      send('PUT', { ...content, impression: 'Nodule.', before: content }),
    );
    const answer = await mount.fetch(`/api/studies/${STUDY}/commit`, body);
    expect(answer.status, await answer.text()).toBe(200);
    const opened = await asJson<OpenPrior>(
      mount.fetch(`/api/studies/${STUDY}/priors/${PRIOR}`, { method: 'POST' }),
    );
    expect(opened.study.seriesList.flatMap(({ instances }) => instances.map(({ kind }) => kind))).toContain(
      'Segmentation',
    );
  });
});
