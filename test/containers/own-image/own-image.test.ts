import test from 'ava';
import { isOurs } from '../../../src/containers/own-image/own-image.ts';

const ours = { entryPoint: '/usr/local/bin/rollgate-entrypoint', service: 'heat' };

const image = (Entrypoint: string | string[] | undefined, service?: string) => ({
  Entrypoint,
  Labels: service === undefined ? {} : { 'rollgate.service': service },
});

test('an image with the entry point of rollgate’s own stays as it is', (t) => {
  t.true(isOurs(image([ours.entryPoint], 'heat'), ours));
  t.true(isOurs(image([ours.entryPoint, 'x']), ours));
  t.true(isOurs(image(ours.entryPoint), ours));
});

test('another entry point, or none, is looked into, also with an inherited label', (t) => {
  t.false(isOurs(image(['dumb-init', '--single-child', '--'], 'heat'), ours));
  t.false(isOurs(image(undefined, 'heat'), ours));
});

test('rollgate’s own image of another service is looked into: its entry point has the same path', (t) => {
  t.false(isOurs(image([ours.entryPoint], 'keystone'), ours));
});
