import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { ModelResult } from '../../../electron/shared/analysis.ts';
import type { Comparison } from '../../../electron/shared/read.ts';
import { ModelList } from '../../../renderer/features/reconcile/ModelList.tsx';

function shown(signature: ModelResult['model']['signature']): string {
  const model = { id: 'ours', version: '1.0.0', sha256: 'a'.repeat(64), ...(signature && { signature }) };
  const result: ModelResult = {
    model,
    status: 'completed',
    reason: null,
    device: 'cpu',
    recordId: 'r1',
    scores: [],
    findings: [],
    measurements: [],
    timings_ms: { decode: 0, preprocess: 0, run: 0, postprocess: 0 },
  };
  const comparison = { results: [result], limits: [], statements: [], notes: [] } as unknown as Comparison;
  return renderToStaticMarkup(createElement(ModelList, { comparison })).replaceAll(/<[^>]*>/g, ' ');
}

describe('the list of models after the commit', () => {
  it('says of a model whose pack nobody vouches for that it is not signed, and nothing of others', () => {
    expect(shown('not-signed')).toMatch(/ours 1\.0\.0 \(not signed\)/);
    expect(shown('untrusted')).toMatch(/ours 1\.0\.0 \(not signed by a trusted key\)/);
    expect(shown('signed')).not.toMatch(/not signed/);
    expect(shown(undefined)).not.toMatch(/not signed/);
  });
});
