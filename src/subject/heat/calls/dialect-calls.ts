import { z } from 'zod';
import type { Template } from '../api/details.ts';
import { call, get, of, once, steady } from './build.ts';
import { has, type CallObjects, type HeatCall } from './call.ts';

/** The formats of a template that every release of the catalogue knows. */
const DIALECTS = [
  'AWSTemplateFormatVersion.2010-09-09',
  'HeatTemplateFormatVersion.2012-12-12',
  ...[
    '2013-05-23',
    '2014-10-16',
    '2015-04-30',
    '2015-10-15',
    '2016-04-08',
    '2016-10-14',
    '2017-02-24',
    '2017-09-01',
    '2018-03-02',
    '2018-08-31',
  ].map((version) => `heat_template_version.${version}`),
];

const TEXT = 'text.txt';
/** Each function of the oldest format, which users' oldest templates have. */
const AWS: Template = {
  AWSTemplateFormatVersion: '2010-09-09',
  Parameters: { given: { Type: 'String', Default: 'x' } },
  Mappings: { sizes: { x: { small: 'one' } } },
  Conditions: { isX: { 'Fn::Equals': [{ Ref: 'given' }, 'x'] } },
  Resources: {
    value: {
      Type: 'OS::Heat::Value',
      Properties: {
        type: 'json',
        value: {
          ref: { Ref: 'given' },
          join: { 'Fn::Join': [',', ['a', 'b']] },
          split: { 'Fn::Split': [',', 'a,b'] },
          select: { 'Fn::Select': ['1', ['a', 'b']] },
          replace: { 'Fn::Replace': [{ $x: 'y' }, 'an $x'] },
          base64: { 'Fn::Base64': 'x' },
          map: { 'Fn::FindInMap': ['sizes', { Ref: 'given' }, 'small'] },
          member: {
            'Fn::MemberListToMap': ['Name', 'Value', ['.member.0.Name=k', '.member.0.Value=v']],
          },
          if: { 'Fn::If': ['isX', 'yes', 'no'] },
        },
      },
    },
  },
};
/** The oldest format of Heat's own, whose functions have other classes than the newest one's. */
const OLDEST: Template = {
  heat_template_version: '2013-05-23',
  parameters: { given: { type: 'string', default: 'x' } },
  resources: {
    value: {
      type: 'OS::Heat::Value',
      properties: {
        type: 'json',
        value: {
          param: { get_param: 'given' },
          join: { list_join: [',', ['a', 'b']] },
          replace: { str_replace: { template: 'an $x', params: { $x: 'y' } } },
          file: { get_file: TEXT },
          select: { 'Fn::Select': ['1', ['a', 'b']] },
        },
      },
    },
  },
};

/**
 * What a release makes of templates in other formats than that of the load's stacks. A preview
 * shows the properties of each resource, with the functions resolved.
 */
export function dialectCalls({ project }: CallObjects): readonly HeatCall[] {
  const functions = (dialect: string): HeatCall =>
    call(`GET functions of ${dialect}`, 'list_template_functions', {
      ...steady(
        get(
          `/${project}/template_versions/${dialect}/functions?with_condition_func=true`,
          has('template_functions'),
        ),
      ),
      // A function that a release adds is no difference, and one that is gone is.
      part: byName,
    });
  const preview = (dialect: string, template: Template): HeatCall =>
    call(`POST stacks/preview in ${dialect}`, 'preview_stack', {
      ...steady(
        of('POST', `/${project}/stacks/preview`, {
          stack_name: 'rollgate-preview',
          template,
          files: { [TEXT]: 'a text' },
        }),
      ),
      part: propertiesOf,
      expect: [200],
      check: has('stack'),
    });
  return [
    ...DIALECTS.map(functions),
    preview('AWSTemplateFormatVersion', AWS),
    preview('heat_template_version 2013-05-23', OLDEST),
  ].map(once);
}

const functionsBody = z.object({
  template_functions: z.array(z.looseObject({ functions: z.string() })),
});
const previewBody = z.object({
  stack: z.object({ resources: z.array(z.looseObject({ properties: z.unknown() })) }),
});

/** The functions of a format; their descriptions may change. */
function byName(body: unknown): unknown {
  const found = functionsBody.safeParse(body).data?.template_functions ?? [];
  return Object.fromEntries(found.map(({ functions: name }) => [name, true]));
}

function propertiesOf(body: unknown): unknown {
  const found = previewBody.safeParse(body).data?.stack.resources ?? [];
  return found.map(({ properties }) => properties);
}
