import type { RunEvent, RequestEvent } from '../../events/event.ts';
import type { Services } from '../history/services/services.ts';
import { quantileOf } from '../statistics/quantile.ts';
import { seconds } from '../words/wording.ts';

/** A kind of request that takes longer when every service is the target's. */
export interface SlowerRequest {
  readonly operation: string;
  /** The longest answer before the first swap, and the shortest after the last. */
  readonly baseMs: number;
  readonly targetMs: number;
  readonly targets: number;
  /** The first one at the target. */
  readonly first: RequestEvent;
}

/** Users notice this much more, in milliseconds. */
const NOTICED_MS = 1000;
/** One slow answer may be the machine's. */
const FEWEST_AT_TARGET = 2;
/** This share of the kinds is later by less than the machine makes them. */
const COMMON_SHARE = 0.75;

/**
 * Compares the answers of each kind of request. The shortest of the target has to be longer than
 * the longest of the base by a second, and by more than most other kinds. So a busy machine or a
 * single late answer counts as nothing. Measured at a load of 20 on two cores: of 57 kinds the one
 * with 1.5 s more was later by 1.4 s, each other one by 0.5 s at most.
 */
export function readSlower(
  events: readonly RunEvent[],
  { firstSwapAt, lastSwapAt }: Services,
): readonly SlowerRequest[] {
  if (firstSwapAt === null || lastSwapAt === null) return [];
  const served = events.filter(
    (event): event is RequestEvent =>
      event.type === 'request' && event.outcome === 'served' && event.control !== true,
  );
  const kinds = [...Map.groupBy(served, ({ operation }) => operation)].flatMap(
    ([operation, all]): readonly SlowerRequest[] => {
      const base = all.filter(({ at }) => at < firstSwapAt);
      const target = all.filter(({ sentAt }) => sentAt > lastSwapAt);
      const [first] = target.toSorted((a, b) => a.sentAt - b.sentAt);
      if (first === undefined || base.length === 0 || target.length < FEWEST_AT_TARGET) return [];
      const baseMs = Math.max(...base.map(took));
      const targetMs = Math.min(...target.map(took));
      return [{ operation, baseMs, targetMs, targets: target.length, first }];
    },
  );
  if (kinds.length === 0) return [];
  const later = ({ targetMs, baseMs }: SlowerRequest): number => targetMs - baseMs;
  const common = quantileOf(
    kinds.map(later).toSorted((a, b) => a - b),
    COMMON_SHARE,
  );
  return kinds.filter((kind) => later(kind) >= NOTICED_MS + Math.max(0, common));
}

function took({ at, sentAt }: RequestEvent): number {
  return at - sentAt;
}

/** `GET outputs: 1.6 s or more in each of 3 answers, 0.1 s or less before`. */
export function slowerInWords({
  operation,
  baseMs,
  targetMs,
  targets,
}: Pick<SlowerRequest, 'operation' | 'baseMs' | 'targetMs' | 'targets'>): string {
  return `${operation}: ${seconds(targetMs)} or more in each of ${targets} answers, ${seconds(baseMs)} or less from the base`;
}
