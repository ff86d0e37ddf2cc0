/** The names under which answers are kept. */
export const keys = {
  session: ['session'] as const,
  studies: ['studies'] as const,
  views: ['views'] as const,
  readerStudies: ['reader-studies'] as const,
  modalities: ['studies', 'modalities'] as const,
  jobs: ['jobs'] as const,
  activity: ['activity'] as const,
  refusals: ['refusals'] as const,
  terminology: ['terminology'] as const,
  study: (uid: string) => ['study', uid] as const,
  referrals: (uid: string) => ['referrals', uid] as const,
  consensus: (uid: string) => ['consensus', uid] as const,
  report: (uid: string) => ['report', uid] as const,
  comparison: (uid: string) => ['comparison', uid] as const,
};
