import type { Refusal } from '../../electron/shared/imports.ts';

/** Refused files: path, code, reason. */
export function RefusalTable({ rows }: { readonly rows: readonly Refusal[] }) {
  return (
    <div className="refusals" role="region" aria-label="Refused files" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Code</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // The same path can be refused twice, in two imports.
            <tr key={`${row.path} ${index}`}>
              <td className="refusals__path" title={row.path}>
                {row.path}
              </td>
              <td>
                <code>{row.code}</code>
              </td>
              <td>{row.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
