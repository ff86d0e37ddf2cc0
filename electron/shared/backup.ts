import * as z from 'zod';

/** One file of a backup, its path in the data folder with forward slashes. A line of `files.ndjson`. */
export const backupFileSchema = z.object({
  path: z.string().min(1),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BackupFile = z.infer<typeof backupFileSchema>;

/** `manifest.json`: written last, so that a folder without one is no backup. */
export const backupManifestSchema = z.object({
  schema: z.literal('overread.backup/1'),
  /** The folder's name. */
  id: z.string().regex(/^[0-9A-Za-z.-]+$/),
  createdAt: z.string(),
  /** The version of Overread that made it. */
  build: z.string(),
  files: z.object({
    count: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    /** SHA-256 of `files.ndjson`, which names each with its own. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** The trail's last link when it was made: a trail that was cut off later ends before it. */
  audit: z.object({ entries: z.int().nonnegative(), lastHash: z.string() }),
  studies: z.int().nonnegative(),
  committedReads: z.int().nonnegative(),
  /** Files that the data folder should have had and had not, or not with their content: not in the backup either. */
  missing: z.array(z.object({ sha256: z.string(), reason: z.string() })),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;

export const backupCheckSchema = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });
export type BackupCheck = z.infer<typeof backupCheckSchema>;

/** `overread backup DIR --json`. */
export const backupReportSchema = z.object({
  id: z.string(),
  path: z.string(),
  createdAt: z.string(),
  studies: z.int(),
  committedReads: z.int(),
  files: z.int(),
  bytes: z.int(),
  /** Of those files: copied now, and shared with the backup before (hard links). */
  copied: z.int(),
  linked: z.int(),
  seconds: z.number(),
  missing: backupManifestSchema.shape.missing,
  /** What the product's own checks said of it after it was restored into a folder of its own; null where that was not asked for. */
  verification: z.array(backupCheckSchema).nullable(),
  /** Older backups that were removed, by `--keep`. */
  removed: z.array(z.string()),
  /** What a person should know: it lies on the disc of the data, say. */
  notes: z.array(z.string()),
});
export type BackupReport = z.infer<typeof backupReportSchema>;

/** A line of `overread backup list DIR --json`. */
export const backupListingSchema = z.object({
  id: z.string(),
  path: z.string(),
  createdAt: z.string(),
  build: z.string(),
  studies: z.int(),
  committedReads: z.int(),
  files: z.int(),
  bytes: z.int(),
  /** How it did when it was last verified; null: it never was. */
  verified: z.object({ at: z.string(), ok: z.boolean() }).nullable(),
});
export type BackupListing = z.infer<typeof backupListingSchema>;

/** What the window tells of a backup: when it was made, and whether it is known to be good. A `bad` one may not say when. */
export const backupInWindowSchema = z.object({
  id: z.string(),
  path: z.string(),
  createdAt: z.string().nullable(),
  state: z.enum(['good', 'bad', 'not-verified']),
});
export type BackupInWindow = z.infer<typeof backupInWindowSchema>;

/** `overread restore DIR --json`. */
export const restoreReportSchema = z.object({
  id: z.string(),
  createdAt: z.string(),
  data: z.string(),
  studies: z.int(),
  committedReads: z.int(),
  files: z.int(),
  bytes: z.int(),
  seconds: z.number(),
  verification: z.array(backupCheckSchema),
  /** Where what was there before lies now; null where nothing was. */
  before: z.string().nullable(),
});
export type RestoreReport = z.infer<typeof restoreReportSchema>;

/** What the window tells of backups. No size and no number: they would count what models wrote and what is withheld. */
export const backupStateSchema = z.object({
  /** Where the policy has them made; null: no policy for it. */
  target: z.string().nullable(),
  /** 'HH:MM' by this machine's clock; null where none is scheduled. */
  at: z.string().nullable(),
  keep: z.int().nullable(),
  /** The newest complete one there; null where there is none, or the folder cannot be read. */
  newest: z.object({ id: z.string(), createdAt: z.string() }).nullable(),
  /** Why the last scheduled one did not come about; null where it did. */
  problem: z.string().nullable(),
});
export type BackupState = z.infer<typeof backupStateSchema>;
