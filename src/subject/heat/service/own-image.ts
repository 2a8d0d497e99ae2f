import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGES_DIRECTORY } from '../../../containers/images/recipe.ts';
import type { OwnImage } from '../../../containers/own-image/own-image.ts';
import type { ContainerFile } from '../../../containers/port.ts';

const FOLDER = '/usr/local/lib/rollgate';
/** ENTRYPOINT in images/heat/Dockerfile. */
const ENTRY_POINT = '/usr/local/bin/rollgate-entrypoint';

/** Name below `images/`, its path in a user's image, its mode. */
const FILES = [
  ['own/adapt', `${FOLDER}/adapt`, 0o755],
  ['own/adapt.py', `${FOLDER}/adapt.py`, 0o644],
  ['own/check.py', `${FOLDER}/check.py`, 0o644],
  // The same options of uWSGI as in rollgate's own images.
  ['heat/entrypoint', ENTRY_POINT, 0o755],
  ['heat/quiet_polls.py', '/usr/lib/heat/quiet_polls.py', 0o644],
] as const;

/** How an image of Heat in another layout is prepared: Kolla's, LOCI's, a user's own. */
export const heatOwnImage: OwnImage = {
  service: 'heat',
  entryPoint: ENTRY_POINT,
  files: () =>
    Promise.all(
      FILES.map(async ([name, path, mode]): Promise<ContainerFile> => ({
        path,
        mode,
        content: await readFile(join(IMAGES_DIRECTORY, name), 'utf8'),
      })),
    ),
  adapt: `${FOLDER}/adapt`,
  check: ['python3', '-B', `${FOLDER}/check.py`],
  programs: `${FOLDER}/bin`,
};
