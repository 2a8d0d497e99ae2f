import stringWidth from 'string-width';
import { padded } from '../report/line.ts';

/** Columns as wide as their widest cell, two spaces apart; the last is not padded. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  return rows
    .map((row) =>
      `${indent}${row.map((cell, column) => padded(cell, widths[column] ?? 0)).join('  ')}`.trimEnd(),
    )
    .join('\n');
}
