import type { Vocabulary } from '../../src/scenario/vocabulary.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';

export const vocabulary: Vocabulary = {
  shape: heatShape,
  series: ['2025.1', '2026.1', '2026.2'],
  choreographies: ['cold', 'shared-vhost', 'guide'],
};
