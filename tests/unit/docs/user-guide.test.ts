import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const SHOTS = join(ROOT, 'docs/screenshots');

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pictures = readdirSync(SHOTS);
const documents = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);
const named = (text: string): string[] =>
  [...text.matchAll(/!\[[^\]]+\]\((?:docs\/)?screenshots\/([^)]+)\)/g)].map(([, name = '']) => name);

/**
 * The screens and dialogs of the window, by the file that draws them, and the pictures that show them. A file with a new `<Dialog` is named
 * here, pictured by tests/e2e/screenshots*.spec.ts and told of in docs/user-guide.md.
 */
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  'app/ReaderPicker.tsx': ['readers'],
  'app/use-acting-reader.tsx': ['another-reader'],
  'app/use-leave.tsx': ['not-saved'],
  'app/ClaimGate.tsx': ['study-taken', 'take-over', 'study-lost'],
  'ui/ShortcutOverlay.tsx': ['keys'],
  'features/worklist/Worklist.tsx': ['worklist'],
  'features/worklist/Empty.tsx': ['worklist-empty'],
  'features/worklist/FilterBar.tsx': ['worklist-filters'],
  'features/worklist/SavedViews.tsx': ['worklist-filters', 'view-remove'],
  'features/worklist/ViewNameDialog.tsx': ['view-name'],
  'features/worklist/PriorityDialog.tsx': ['priority'],
  'features/worklist/RemoveDialog.tsx': ['remove-study'],
  'features/worklist/RefusedList.tsx': ['refused-files', 'refused-clear'],
  'features/import/ImportDialog.tsx': ['import'],
  'features/activity/JobReportDialog.tsx': ['import-report'],
  'features/activity/ActivityPanel.tsx': ['what-runs'],
  'features/activity/BackupDialog.tsx': ['backups'],
  'features/reading/Reading.tsx': ['reading', 'stack', 'withheld', 'commit-nothing-shown'],
  'features/reading/Checklist.tsx': ['checklist'],
  'features/reading/ImpressionFields.tsx': ['checklist'],
  'features/reading/UnseenDialog.tsx': ['commit-unseen'],
  'features/reading/EarlyAiSection.tsx': ['ai-on-request'],
  'features/reading/ReferredNotice.tsx': ['referred-to-you'],
  'study/StudyFacts.tsx': ['study-facts'],
  'study/priors/PriorBeside.tsx': ['prior-beside'],
  'study/priors/LesionDialog.tsx': ['change-over-time'],
  'study/priors/ResponsePanel.tsx': ['response'],
  'study/StudyNotices.tsx': ['withheld'],
  'features/reconcile/Reconcile.tsx': ['reconcile', 'reconcile-one-image'],
  'features/reconcile/Why.tsx': ['why'],
  'features/reconcile/AssessForm.tsx': ['judge'],
  'features/reconcile/ModifyFields.tsx': ['modify'],
  'features/reconcile/Addenda.tsx': ['addendum'],
  'features/reconcile/OtherReads.tsx': ['reads-of-others'],
  'features/reconcile/ReferDialog.tsx': ['refer'],
  'features/reconcile/ReferralCard.tsx': ['referral-answer'],
  'features/report/ReportDialog.tsx': ['report'],
  'features/trial/TrialNotices.tsx': ['reader-study-worklist'],
  'features/trial/TrialCase.tsx': ['reader-study'],
  'features/trial/TrainingTold.tsx': ['training-told'],
  'features/trial/TrainingSummary.tsx': ['training-results'],
  'features/reconcile/ConsensusEditor.tsx': ['consensus'],
  'features/reconcile/ConsensusCard.tsx': ['consensus-sign', 'consensus-signed'],
};

describe('the user guide', () => {
  it('names no picture that is not there', () => {
    for (const document of documents)
      for (const name of named(read(document))) expect(pictures, `${document} names ${name}`).toContain(name);
  });

  it('shows every picture that is there, and every one is made by the script', () => {
    const guide = named(read('docs/user-guide.md'));
    expect(pictures.filter((name) => !guide.includes(name))).toEqual([]);
    const script = ['screenshots', 'screenshots-training']
      .map((name) => read(`tests/e2e/${name}.spec.ts`))
      .join('\n');
    const made = [...script.matchAll(/take\.(?:whole|part)\([^;]*?'([a-z-]+)',?\s*\);/g)].map(
      ([, name]) => `${name}.webp`,
    );
    expect(made.toSorted()).toEqual(pictures.toSorted());
  });

  it('shows every screen and dialog of the window', () => {
    const files = readdirSync(join(ROOT, 'renderer'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.tsx'))
      .map((entry) => relative(join(ROOT, 'renderer'), join(entry.parentPath, entry.name)));
    const withDialogs = files.filter(
      (file) => file !== 'ui/Dialog.tsx' && /<Dialog\b/.test(read(`renderer/${file}`)),
    );
    expect(withDialogs.filter((file) => SHOWN_BY[file] === undefined)).toEqual([]);
    const guide = named(read('docs/user-guide.md'));
    for (const [file, names] of Object.entries(SHOWN_BY)) {
      expect(files, `${file} is gone`).toContain(file);
      for (const name of names) expect(guide, `${file} is shown by ${name}`).toContain(`${name}.webp`);
    }
  });

  it('has pictures that are small', () => {
    const sizes = pictures.map((name) => statSync(join(SHOTS, name)).size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(250_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
  });

  it('names buttons and dialogs by the words that the window has', () => {
    const source = readdirSync(join(ROOT, 'renderer'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n')
      .replaceAll(/\s+/g, ' ');
    // *Words …* in italics are words on a button, a view or a menu.
    const words = [...read('docs/user-guide.md').matchAll(/(?<![*\w])\*([A-Z][^*\n]+)\*(?!\*)/g)].map(
      ([, text = '']) => text,
    );
    expect(words.length).toBeGreaterThan(8);
    const missing = words.filter((text) => !source.includes(text));
    expect(missing).toEqual([]);
  });
});
