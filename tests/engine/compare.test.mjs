// The comparison on a record and a report made by hand: equal, and each way to differ.
// SPDX-License-Identifier: Apache-2.0
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { compare, compareTextures } from './compare.mjs';

const SCENE = '11111111-1111-4111-8111-111111111111';
const IMAGE = '22222222-2222-4222-8222-222222222222';
const TEXTURE = `${IMAGE}@6c48a`;

function record(change = {}) {
  const texture = {
    uuid: TEXTURE,
    also: [],
    class: 'image',
    images: [IMAGE],
    width: 64,
    height: 32,
    levels: 1,
    layers: 1,
    format: 'RGBA8',
    bytes: 8192,
    in_closure: true,
    ...change,
  };
  const label = {
    uuid: null,
    also: [],
    class: 'canvas',
    images: [],
    width: 10,
    height: 10,
    levels: 1,
    layers: 1,
    format: 'RGBA8',
    bytes: 400,
    in_closure: false,
  };
  return {
    schema: 'packaudit.engine-record/1',
    scenes: [
      {
        name: 'a',
        uuid: SCENE,
        loaded: {
          textures: [texture, label],
          textures_without_storage: [],
          image_assets: [{ uuid: IMAGE, width: 64, height: 32, in_closure: true }],
          dependencies: [TEXTURE, IMAGE],
        },
      },
    ],
  };
}

function report(change = {}, scene = {}) {
  return {
    schema: 'packaudit.report/1',
    scenes: [
      {
        name: 'a',
        uuid: SCENE,
        gpu_bytes: 8192,
        texture_uuids: [TEXTURE],
        image_uuids: [IMAGE],
        ...scene,
      },
    ],
    textures: [
      {
        uuid: TEXTURE,
        class: 'Texture2D',
        width: 64,
        height: 32,
        levels: 1,
        layers: 1,
        format: 'RGBA8',
        gpu_bytes: 8192,
        images: [IMAGE],
        ...change,
      },
    ],
  };
}

function lines(result) {
  return result.different.flatMap((item) => item.lines);
}

test('the same figures are equal, a label beside them does not count', () => {
  const result = compare(record(), report(), 'loaded');
  assert.equal(result.equal.length, 1);
  assert.equal(result.different.length, 0);
});

test('bytes, size and levels each make a difference that names the texture', () => {
  for (const change of [{ gpu_bytes: 8193 }, { width: 65 }, { levels: 2 }]) {
    const found = lines(compare(record(), report(change), 'loaded'));
    assert.ok(
      found.some((line) => line.includes(TEXTURE)),
      JSON.stringify(change),
    );
  }
});

test('a wrong sum differs even where every texture is right', () => {
  const found = lines(compare(record(), report({}, { gpu_bytes: 1 }), 'loaded'));
  assert.match(found.join('\n'), /off by -8191/);
});

test('a texture that only one side has is named with its side', () => {
  const only = lines(compare(record(), report({}, { texture_uuids: [] }), 'loaded'));
  assert.match(only.join('\n'), /recorded only/);
  const outside = lines(compare(record({ in_closure: false }), report(), 'loaded'));
  assert.match(outside.join('\n'), /predicted only/);
});

test('an image that the engine does not depend on is a difference', () => {
  const stranger = '33333333-3333-4333-8333-333333333333';
  const found = lines(
    compare(record(), report({}, { image_uuids: [IMAGE, stranger] }), 'loaded'),
  );
  assert.match(found.join('\n'), new RegExp(`image predicted only {2}${stranger}`));
});

test('a render texture is no image', () => {
  const extra = report({}, { texture_uuids: [TEXTURE, 'r'] });
  extra.textures.push({
    uuid: 'r',
    class: 'RenderTexture',
    width: 8,
    height: 8,
    levels: 1,
    gpu_bytes: 512,
    images: [],
  });
  assert.equal(compare(record(), extra, 'loaded').equal.length, 1);
});

test('a scene without a record is neither equal nor different', () => {
  const broken = record();
  broken.scenes[0] = { name: 'a', uuid: SCENE, error: 'no engine' };
  const result = compare(broken, report(), 'loaded');
  assert.equal(result.unrecorded.length, 1);
  assert.equal(result.equal.length + result.different.length, 0);
});

test('a texture that code loaded is held against the report, a label is not', () => {
  const loaded = (change) => record({ in_closure: false, ...change }).scenes[0].loaded;
  const none = { texture_uuids: [] };
  assert.deepEqual(compareTextures(loaded(), report({}, none)), {
    lines: [],
    recorded: 8192,
  });
  const { lines } = compareTextures(loaded({ levels: 7 }), report({}, none));
  assert.equal(lines.length, 1);
  assert.match(lines[0], /^differs .* levels 7 .* levels 1 /);
});
