/**
 * One numbered step of the database's shape. Once released a migration is never edited: its checksum lies in every database,
 * and an edited one is refused. A later change is a new file.
 */
export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly up: string;
}
