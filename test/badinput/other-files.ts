import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Case } from './cases.ts';
import { fifo, runFolder, scenarioWith, writtenAs } from './places.ts';

const usage = (name: string, args: () => readonly string[], says: RegExp): Case => ({
  name,
  args,
  status: 104,
  says,
});

const PAIRS = 'pairs: [{ from: 2025.1, to: 2026.1 }]\nchoreographies: [guide]\n';

const matrix = (name: string, text: string, says: RegExp): Case =>
  usage(name, () => ['matrix', '--plan', writtenAs('m.yaml', text)], says);

export const MATRICES: readonly Case[] = [
  matrix('an empty file', '', /m\.yaml:1:1: expected a mapping; found nothing/),
  matrix(
    'a series with two digits behind the point, which YAML takes for another number',
    PAIRS.replace('to: 2026.1', 'to: 2026.10'),
    /the cell 2025\.1 → 2026\.10, guide: .*unknown release "2026\.10" \(did you mean 2026\.1\?\)/,
  ),
  matrix(
    'an exclusion of what is not there',
    `${PAIRS}without: [{ choreography: guid }]\n`,
    /m\.yaml:3:11: without\[0\]: fits no cell of the matrix/,
  ),
  matrix(
    'an exclusion of everything',
    `${PAIRS}without: [{}]\n`,
    /m\.yaml:3:10: without: leaves no cell/,
  ),
  matrix('a cell twice', PAIRS.replace('[guide]', '[guide, guide]'), /twice/),
  usage(
    'a scenario that is not beside its file',
    () => {
      const file = writtenAs('m.yaml', `scenario: ./own.yaml\n${PAIRS}`);
      return ['matrix', '--plan', file];
    },
    /there is no scenario file \/.*\/own\.yaml/,
  ),
  matrix('a misspelt key', PAIRS.replace('pairs', 'pair'), /unknown key \(did you mean pairs\?\)/),
];

const profile = (name: string, text: string, says: RegExp): Case =>
  usage(name, () => ['plan', '--deployer', writtenAs('mine.yaml', text)], says);

export const PROFILES: readonly Case[] = [
  profile('an empty file', '', /mine\.yaml:1:1: expected a mapping; found nothing/),
  profile(
    'an escape code in a value',
    'name: mine\nsettings: [{ config: { DEFAULT: { a: "x\\e[31m" } } }]\n',
    /config\.DEFAULT\.a: holds a control character/,
  ),
  profile('no settings', 'name: mine\n', /settings: missing; expected a list/),
  profile(
    'a name with a blank',
    'name: My cloud\nsettings: [{ stopSeconds: 3 }]\n',
    /mine\.yaml:1:7: name: expected lower-case letters, digits and “-”; found "My cloud"/,
  ),
  profile(
    'a release without quotes and two digits behind the point',
    'name: mine\nsettings: [{ since: 2025.10, stopSeconds: 3 }]\n',
    /since: expected a release in quotes, e\.g\. "2026\.1"; found "2025\.10"/,
  ),
  profile(
    'an order that no plan follows',
    'name: mine\nchoreography: guid\nsettings: [{ stopSeconds: 3 }]\n',
    /mine\.yaml:2:15: choreography: expected one of .*; found "guid" \(did you mean guide\?\)/,
  ),
  usage(
    'vcpus of no deployer',
    () => ['plan', scenarioWith('deployer: { vcpus: 3 }')],
    /:6:11: deployer\.name: missing; expected/,
  ),
  usage(
    'a profile that is no mapping',
    () => ['plan', scenarioWith('deployer: { name: mine, profile: 5 }')],
    /:6:34: deployer\.profile: expected a mapping; found 5/,
  ),
];

export const SUBJECTS: readonly Case[] = [
  usage(
    'an unknown one in a scenario',
    () => ['plan', scenarioWith('subject: nova')],
    /:6:10: subject: expected one of heat, ironic, designate; found "nova"/,
  ),
  usage(
    'one whose scenario names no choreography',
    () => ['plan', scenarioWith('subject: ironic')],
    /choreography: missing; expected one of cold, .*, since Ironic has no guide/,
  ),
  usage(
    'another one than the command’s',
    () => ['plan', '--subject', 'heat', scenarioWith('subject: ironic')],
    /:6:10: subject: is ironic, and the command upgrades heat/,
  ),
];

/** A link to a device, as /dev/stdout is one. */
function linkToDevice(): string {
  const link = join(temporaryFolder(), 'link');
  symlinkSync('/dev/null', link);
  return link;
}

export const PLACES: readonly Case[] = [
  usage(
    'a page in place of a pipe',
    () => ['trend', runFolder(), '--html', fifo()],
    /it is a pipe/,
  ),
  usage(
    'a page in place of a device',
    () => ['trend', runFolder(), '--html', linkToDevice()],
    /cannot write .*link: it is a device, not a file/,
  ),
  usage(
    'a page without a name',
    () => ['trend', runFolder(), '--html', ''],
    /the path of the file to write is empty/,
  ),
  usage(
    'a page in a folder that is not there',
    () => ['trend', runFolder(), '--html', '/nowhere/x.html'],
    /cannot write \/nowhere\/x\.html: there is no folder \/nowhere/,
  ),
  usage(
    'subunit in place of a folder',
    () => ['report', runFolder(), '--subunit', temporaryFolder()],
    /it is a directory, not a file/,
  ),
  usage(
    'images in place of a folder',
    () => ['images', 'save', temporaryFolder()],
    /it is a directory, not a file/,
  ),
  usage(
    'images from nowhere',
    () => ['images', 'load', '/nowhere/images.tar'],
    /there is no file of images \/nowhere\/images\.tar/,
  ),
  usage('a project without a name', () => ['init', ''], /\[dir\]: the path is empty/),
  usage(
    'options of the target that are none',
    () => ['plan', '--config-to', writtenAs('empty.conf', '# nothing\n')],
    /--config-to .*: the file sets no option/,
  ),
  usage(
    'events that are none',
    () => {
      const folder = join(temporaryFolder(), 'run');
      mkdirSync(folder);
      writeFileSync(join(folder, 'events.ndjson'), '{"type":"run-started"}\n');
      return ['judge', folder];
    },
    /events\.ndjson:1: not an event of this version of rollgate: at: expected number; found nothing/,
  ),
];
