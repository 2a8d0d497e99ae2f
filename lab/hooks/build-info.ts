import type { HookContext } from '../../src/index.ts';

/** Any user of Heat may read its engines' revision. */
export default async function ({ endpoint, token, checkpoint }: HookContext): Promise<void> {
  const response = await fetch(`${endpoint}/build_info`, { headers: { 'x-auth-token': token } });
  const text = await response.text();
  console.log(`${checkpoint}: ${response.status} ${text}`);
  if (!response.ok) throw new Error(`build_info answered ${response.status}`);
}
