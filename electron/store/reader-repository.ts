import { createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { Refused } from '../shared/errors.ts';
import type { AuditTrail, ReaderRepository } from '../shared/ports.ts';
import type { Reader } from '../shared/session.ts';
import type { Connection } from './connection.ts';

const COLUMNS = 'id, name, public_key AS publicKey, created_at AS createdAt';

/** Reader profiles of this data folder. Keys lie in the database without a password of their own yet. */
export class SqlReaderRepository implements ReaderRepository {
  readonly #connection: Connection;
  readonly #audit: AuditTrail;

  constructor(connection: Connection, audit: AuditTrail) {
    this.#connection = connection;
    this.#audit = audit;
  }

  list(): Reader[] {
    return this.#connection.database
      .prepare<[], Reader>(`SELECT ${COLUMNS} FROM readers ORDER BY created_at, rowid`)
      .all();
  }

  create(name: string): Reader {
    const trimmed = name.trim();
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const reader: Reader = {
      id: randomUUID(),
      name: trimmed,
      publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      createdAt: this.#connection.clock.now(),
    };
    const secret = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    return this.#connection.transaction(() => {
      const { database } = this.#connection;
      if (database.prepare('SELECT 1 FROM readers WHERE name = ?').get(trimmed) !== undefined) {
        throw new Refused(
          'reader-exists',
          'There is a reader of that name already. Choose that profile, or another name.',
        );
      }
      database
        .prepare('INSERT INTO readers (id, name, public_key, private_key, created_at) VALUES (?, ?, ?, ?, ?)')
        .run(reader.id, reader.name, reader.publicKey, secret, reader.createdAt);
      this.#audit.append({
        actor: reader.id,
        action: 'reader-created',
        studyInstanceUID: null,
        detail: { name: reader.name, publicKey: reader.publicKey, createdAt: reader.createdAt },
      });
      return reader;
    });
  }

  find(id: string): Reader | undefined {
    return this.#connection.database
      .prepare<[string], Reader>(`SELECT ${COLUMNS} FROM readers WHERE id = ?`)
      .get(id);
  }

  sign(readerId: string, data: Uint8Array): string {
    const secret = this.#connection.database
      .prepare<[string], string>('SELECT private_key FROM readers WHERE id = ?')
      .pluck()
      .get(readerId);
    if (secret === undefined) {
      throw new Refused('reader-unknown', 'There is no such reader here. Choose a reader profile.', {
        readerId,
      });
    }
    const key = createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' });
    return sign(null, data, key).toString('base64');
  }
}
