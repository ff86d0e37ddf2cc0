import { createHash } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createDecoderPool } from '../../../dicom/decoder-pool.ts';
import { exportPdf } from '../../../services/export-report.ts';
import { loadTerminology } from '../../../services/terminology.ts';
import { Refused } from '../../../shared/errors.ts';
import { uidSchema } from '../../../shared/study.ts';
import { makeFolder } from '../../../store/make-folder.ts';
import { product, systemClock } from '../../shared/product.ts';
import { type Command, WrongUse } from '../command.ts';
import { withEngine } from '../with-engine.ts';
import { requireData, withExistingStore } from '../with-store.ts';

const FORMATS = ['pdf'];

export const exportCommand: Command = {
  name: 'export',
  usage: 'STUDY --as pdf --out DIR',
  summary: "The report of a study whose read is committed, the AI's result beside it.",
  options: { as: { type: 'string' }, out: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const format = call.text('as');
    const out = call.text('out');
    const [given = ''] = call.positionals;
    if (format === undefined || !FORMATS.includes(format)) {
      throw new WrongUse(
        `--as takes one of what this build can write: ${FORMATS.join(', ')}.`,
        'unknown-format',
      );
    }
    if (out === undefined) throw new WrongUse('--out DIR says where to write the report.');
    const uid = uidSchema.safeParse(given);
    if (!uid.success) {
      throw new Refused('study-unknown', `${given} is no Study Instance UID. 'overread studies' lists them.`);
    }
    requireData(call, 'nothing was exported');
    const directory = resolve(out);
    // Before the work, so that a folder that cannot be made is said at once.
    makeFolder(directory);
    const { bundles, resources, version } = product();
    const pdf = await withExistingStore(call, (store) =>
      withEngine(call, async (engine) => {
        const decoder = createDecoderPool(bundles === null ? {} : { workerUrl: bundles.decodeWorker });
        try {
          return await exportPdf(
            {
              store,
              clock: systemClock,
              terminology: loadTerminology(resources),
              packs: () => engine.packs(),
              decoder,
            },
            { studyInstanceUID: uid.data, readerId: null, actor: 'operator', build: version },
          );
        } finally {
          await decoder.close();
        }
      }),
    );
    const path = join(directory, `${uid.data}.pdf`);
    await writeFile(path, pdf, { mode: 0o600 });
    await chmod(path, 0o600);
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    return {
      json: { studyInstanceUID: uid.data, as: 'pdf', path, sha256 },
      text: `Written: ${path}`,
      exit: 0,
    };
  },
};
