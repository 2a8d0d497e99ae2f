import type Docker from 'dockerode';
import type { Overlay } from '../../release/overlay.ts';
import { lockFile, withLock } from '../host/process-lock.ts';
import { listImages } from '../images/list.ts';
import type { ProgressListener } from '../images/progress.ts';
import { buildOverlay, builtNotes, type OverlayBase } from './build-overlay.ts';
import { sweepOverlays } from './sweep-overlays.ts';

export interface EnsureOverlaysOptions {
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ensures that the images of overlays exist; an image with the same content is kept. The images of
 * their releases have to exist.
 *
 * @throws See buildOverlay.
 */
export async function ensureOverlays(
  docker: Docker,
  overlays: readonly Overlay[],
  { onProgress, signal }: EnsureOverlaysOptions = {},
): Promise<void> {
  if (overlays.length === 0) return;
  const images = await listImages(docker);
  const baseOf = ({ image, series }: Overlay): OverlayBase => {
    const base = images.find(
      (one) => one.series === series && image.startsWith(`${one.ref.split(':')[0]}-source:`),
    );
    if (base === undefined) throw new Error(`the image of ${series} is not there: a bug`);
    return base;
  };
  await withLock({ file: lockFile('overlays'), signal }, async () => {
    await sweepOverlays(docker, overlays);
    for (const overlay of overlays) {
      signal?.throwIfAborted();
      const base = baseOf(overlay);
      const began = performance.now();
      const report = (phase: 'build' | 'done', what: string): void => {
        const seconds = (performance.now() - began) / 1000;
        const line = `${overlay.image}: ${what}`;
        onProgress?.({ image: overlay.image, phase, line, seconds });
      };
      const built = await builtNotes(docker, overlay, base);
      if (built === undefined) report('build', `laying ${overlay.version} over ${base.ref}`);
      const notes = built ?? (await buildOverlay(docker, overlay, base));
      for (const note of notes) report('build', `note: ${overlay.version} ${note}`);
      if (built !== undefined) continue;
      report('done', `ready in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    }
  });
}
