// The byte accounting of page/recorder.js, on a page made here that allocates textures of
// known size with every kind of call. Skipped without Chromium or playwright-core.
// SPDX-License-Identifier: Apache-2.0
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserPath, launchBrowser } from './browser.mjs';
import { serve, quietSettings } from './server.mjs';
import { bundleOrder, chooseScenes } from './build.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const playwright = await import('playwright-core').catch(() => null);
const able = playwright && existsSync(browserPath());
const skip = able ? false : 'no chromium or no playwright-core';

// A gray PNG of 1 x 1 pixel, so that an image with a url can be uploaded.
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';

let browser;
let server;
let folder;

before(async () => {
  if (!able) {
    return;
  }
  folder = mkdtempSync(path.join(os.tmpdir(), 'engine-record-'));
  writeFileSync(
    path.join(folder, 'index.html'),
    '<!doctype html><canvas id="c"></canvas>',
  );
  writeFileSync(path.join(folder, 'pixel.png'), Buffer.from(PIXEL, 'base64'));
  server = await serve(folder, { quiet: false });
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  if (folder) {
    rmSync(folder, { recursive: true });
  }
});

/** Runs `code` in a new page with a context `gl`; returns what the recorder holds. */
async function run(kind, code, options = { webgl: 2, compressed: ['all'] }) {
  const page = await browser.newPage();
  await page.addInitScript(`window.__packauditOptions = ${JSON.stringify(options)};`);
  for (const script of ['formats.js', 'sources.js', 'recorder.js']) {
    await page.addInitScript({ path: path.join(HERE, 'page', script) });
  }
  await page.goto(`${server.origin}/index.html`);
  const result = await page.evaluate(
    async ([context, body]) => {
      const gl = document.getElementById('c').getContext(context);
      const make = Object.getPrototypeOf(async () => {}).constructor;
      const returned = await make('gl', body)(gl);
      const { state, formatName } = window.__packauditRecorder;
      return {
        returned,
        has_context: Boolean(gl),
        live: state.live_bytes,
        peak: state.peak_bytes,
        textures: [...state.textures.values()].map((entry) => ({
          bytes: entry.bytes,
          levels: entry.levels.size,
          uploads: entry.uploads,
          urls: [...entry.urls],
          format: formatName([...entry.levels.values()][0]?.internal),
        })),
      };
    },
    [kind, code],
  );
  await page.close();
  return result;
}

const CUBE_FACES =
  'for (let f = 0; f < 6; f++) gl.texImage2D(gl.TEXTURE_CUBE_MAP_POSITIVE_X + f,';
const CASES = [
  [
    'rgba from null',
    'webgl',
    'gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 30, 20, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);',
    2400,
    1,
  ],
  [
    'rgb565',
    'webgl',
    'gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, 8, 4, 0, gl.RGB, gl.UNSIGNED_SHORT_5_6_5, null);',
    64,
    1,
  ],
  [
    'luminance with a full chain',
    'webgl',
    'gl.texImage2D(gl.TEXTURE_2D, 0, gl.LUMINANCE, 8, 4, 0, gl.LUMINANCE, gl.UNSIGNED_BYTE, null); gl.generateMipmap(gl.TEXTURE_2D);',
    32 + 8 + 2 + 1,
    4,
  ],
  [
    'the same level twice counts once',
    'webgl',
    'for (let i = 0; i < 2; i++) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 4, 4, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);',
    64,
    1,
  ],
  [
    'storage with three levels',
    'webgl2',
    'gl.texStorage2D(gl.TEXTURE_2D, 3, gl.RGBA8, 10, 6); gl.generateMipmap(gl.TEXTURE_2D);',
    240 + 60 + 8,
    3,
  ],
  [
    'half floats',
    'webgl2',
    'gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA16F, 5, 5);',
    200,
    1,
  ],
  [
    'an array of layers',
    'webgl2',
    'gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.R8, 4, 4, 3);',
    48,
    1,
    'TEXTURE_2D_ARRAY',
  ],
  [
    'a cube',
    'webgl',
    `${CUBE_FACES} 0, gl.RGBA, 4, 4, 0, gl.RGBA, gl.UNSIGNED_BYTE, null); gl.generateMipmap(gl.TEXTURE_CUBE_MAP);`,
    6 * (64 + 16 + 4),
    18,
    'TEXTURE_CUBE_MAP',
  ],
  [
    'a cube in storage',
    'webgl2',
    'gl.texStorage2D(gl.TEXTURE_CUBE_MAP, 2, gl.RGBA8, 4, 4);',
    6 * (64 + 16),
    12,
    'TEXTURE_CUBE_MAP',
  ],
  [
    'etc2 in storage',
    'webgl2',
    "gl.getExtension('WEBGL_compressed_texture_etc'); gl.texStorage2D(gl.TEXTURE_2D, 2, 0x9278, 10, 10);",
    9 * 16 + 4 * 16,
    2,
  ],
  [
    'astc 6x6 from a file',
    'webgl2',
    "gl.getExtension('WEBGL_compressed_texture_astc'); gl.compressedTexImage2D(gl.TEXTURE_2D, 0, 0x93b4, 13, 7, 0, new Uint8Array(96));",
    96,
    1,
  ],
];

for (const [name, context, code, bytes, levels, target = 'TEXTURE_2D'] of CASES) {
  test(name, { skip }, async () => {
    const found = await run(
      context,
      `gl.bindTexture(gl.${target}, gl.createTexture()); ${code}`,
    );
    assert.equal(found.textures.length, 1);
    assert.equal(found.textures[0].bytes, bytes);
    assert.equal(found.textures[0].levels, levels);
    assert.equal(found.live, bytes);
  });
}

test('a deleted texture is gone, the peak stays', { skip }, async () => {
  const found = await run(
    'webgl',
    `const t = gl.createTexture(); gl.bindTexture(gl.TEXTURE_2D, t);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 4, 4, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    gl.deleteTexture(t);`,
  );
  assert.equal(found.textures.length, 0);
  assert.equal(found.live, 0);
  assert.equal(found.peak, 64);
});

test('units are kept apart', { skip }, async () => {
  const found = await run(
    'webgl',
    `gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.activeTexture(gl.TEXTURE1); gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.activeTexture(gl.TEXTURE0);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 4, 4, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);`,
  );
  assert.deepEqual(
    found.textures.map((texture) => texture.bytes),
    [64, 0],
  );
});

const UPLOAD =
  'gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, source);';
const SOURCES = {
  image: "const source = new Image(); source.src = 'pixel.png'; await source.decode();",
  bitmap:
    "const source = await createImageBitmap(await (await fetch('pixel.png')).blob());",
  'image of a blob': `const source = new Image();
    source.src = URL.createObjectURL(await (await fetch('pixel.png')).blob());
    await source.decode();`,
};
for (const [name, code] of Object.entries(SOURCES)) {
  test(`the url of an upload is known: ${name}`, { skip }, async () => {
    const found = await run(
      'webgl2',
      `gl.bindTexture(gl.TEXTURE_2D, gl.createTexture()); ${code} ${UPLOAD}`,
    );
    assert.deepEqual(found.textures[0].urls, [`${server.origin}/pixel.png`]);
    assert.equal(found.textures[0].bytes, 4);
  });
}

test('webgl 2 and compressed families can be taken away', { skip }, async () => {
  const none = await run('webgl2', 'return null;', { webgl: 1, compressed: [] });
  assert.equal(none.has_context, false);
  const some = await run(
    'webgl2',
    "return ['astc', 'etc'].map((n) => Boolean(gl.getExtension('WEBGL_compressed_texture_' + n)));",
    { webgl: 2, compressed: ['etc'] },
  );
  assert.deepEqual(some.returned, [false, true]);
});

test('settings of every era lose their launch scene and nothing else', () => {
  for (const [given, expected] of [
    [
      'window._CCSettings={a:1,launchScene:"db://a.fire",b:2}',
      'window._CCSettings={a:1,launchScene:"",b:2}',
    ],
    ['{"launchScene":"db://a.scene","server":""}', '{"launchScene":"","server":""}'],
    ['{"launch":{"launchScene": "db://a.scene"}}', '{"launch":{"launchScene": ""}}'],
  ]) {
    assert.deepEqual(quietSettings(given, true), { text: expected, replaced: 1 });
  }
});

test('a bundle is loaded after those it needs, a circle ends', () => {
  const bundles = [
    { name: 'a', folder: 'a', deps: ['b'] },
    { name: 'b', folder: 'b', deps: ['a'] },
  ];
  assert.deepEqual(bundleOrder(bundles, 'a'), ['b', 'a']);
});

test('a scene name that fits two urls is refused', () => {
  const scenes = [
    { name: 's', url: 'db://1/s.scene', bundle: 'x' },
    { name: 's', url: 'db://2/s.scene', bundle: 'y' },
  ];
  assert.throws(() => chooseScenes(scenes, ['s']), /fits several/);
  assert.equal(chooseScenes(scenes, ['y:s'])[0].url, 'db://2/s.scene');
});
