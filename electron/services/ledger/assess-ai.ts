import { csvLines } from '../../domain/csv.ts';
import { tellableStrata } from '../../domain/ledger/strata.ts';
import type { Stratum } from '../../shared/ledger-ports.ts';
import type { TellParts } from './ledger-page.ts';

const HEADS = [
  'site',
  'exam_month',
  'modality',
  'body_part',
  'scanner_manufacturer',
  'scanner_model',
  'scanner_software',
  'ai_product',
  'ai_version',
  'ai_target',
  'ai_result',
  'report_result',
  'concordance',
  'patient_sex',
  'patient_age_group',
  'cases',
];

const SAID: Readonly<Record<Stratum['outcome'], readonly [ai: string, report: string, concordance: string]>> =
  {
    tp: ['positive', 'positive', 'concordant'],
    tn: ['negative', 'negative', 'concordant'],
    fp: ['positive', 'negative', 'discordant'],
    fn: ['negative', 'positive', 'discordant'],
    abstained: ['abstained', '', ''],
    failed: ['failed', '', ''],
  };

/**
 * What a registry such as the ACR's Assess-AI compares, as CSV: study metadata, the AI's result, demographics, and in place of the report's text whether
 * the read as it stands has the finding. Each line counts studies; none names one, and no group has fewer than the minimum. An empty
 * cell is not known or not told.
 *
 * @returns The file, and how many cases could not be told of.
 */
export function assessAiCsv({ store, policy, through }: TellParts): { csv: string; withheld: number } {
  const strata = store.ledger.strata().filter(({ month }) => through === null || month <= through);
  const { told, withheld } = tellableStrata(strata, policy.minimumCases);
  const lines = told
    .map((one) => [
      policy.site,
      one.month,
      one.modality,
      one.bodyPart,
      one.manufacturer,
      one.scannerModel,
      one.software,
      one.modelId,
      one.version,
      one.label,
      ...SAID[one.outcome],
      one.sex,
      one.ageGroup,
      String(one.cases),
    ])
    .toSorted((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1));
  return { csv: csvLines([HEADS, ...lines]), withheld };
}
