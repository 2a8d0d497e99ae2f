import { Argument } from '@commander-js/extra-typings';
import { runEventJsonSchema } from '../../../events/json-schema.ts';
import { vocabularyOf } from '../../../runs/vocabulary.ts';
import { loadDeployers } from '../../../scenario/deployer/shipped.ts';
import { scenarioJsonSchema, topologyJsonSchema } from '../../../scenario/json-schema.ts';
import { defaultSubject, loadReleases } from '../../../subject/registry.ts';
import { verdictJsonSchema } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import type { Program } from '../verb.ts';

const SCHEMAS = ['scenario', 'topology', 'verdict', 'event'] as const;

/** `rollgate schema`: JSON Schemas for editors and other programs. */
export function addSchema(program: Program, context: CliContext): void {
  program
    .command('schema')
    .description('print the JSON Schema of a file that rollgate reads or writes')
    .addArgument(new Argument('<what>', 'the kind of file').choices(SCHEMAS))
    .addHelpText('after', () =>
      [
        '',
        'For editors with the YAML language server, put this in the first line of a scenario:',
        '  # yaml-language-server: $schema=scenario.schema.json',
      ].join('\n'),
    )
    .action(async (what) => {
      context.stdout(JSON.stringify(await schemaOf(what), null, 2));
    });
}

/** The JSON Schema of a kind of file. */
export async function schemaOf(what: (typeof SCHEMAS)[number]): Promise<unknown> {
  switch (what) {
    case 'scenario': {
      const { shape } = defaultSubject;
      const { series } = await loadReleases();
      return scenarioJsonSchema(vocabularyOf(shape, series, await loadDeployers(shape)));
    }
    case 'topology':
      return topologyJsonSchema();
    case 'verdict':
      return verdictJsonSchema();
    case 'event':
      return runEventJsonSchema();
  }
}
