import { judge } from '../../../src/verdict/judge.ts';
import type { Cause } from '../../../src/verdict/schema/verdict.ts';
import type { Story } from '../stream.ts';

export function causesOf(story: Story): readonly Cause[] {
  return judge(story.events).causes;
}

/** `requests-lost 5 requests`, in the verdict's order. */
export function causeCounts(story: Story): readonly string[] {
  return causesOf(story).map(({ kind, count, unit }) => `${kind} ${count} ${unit}`);
}
